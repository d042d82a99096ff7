"""The examples of `docs/looking-into-carts.md` run word by word, and print what the page says they print."""

from pathlib import Path
from uuid import uuid4

import pytest

from support.pages import Examples
from support.running import Running
from support.written import ROOT, blocks, script_of, unprinted

PAGE = ROOT / "docs" / "looking-into-carts.md"


async def test_the_examples_print_what_the_page_says(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = [kind for kind, _ in blocks(PAGE)]
    assert kinds == ["sh", "text"] * (len(kinds) // 2)
    monkeypatch.chdir(tmp_path)
    environment = {
        "CART_AMQP_URL": running.settings.amqp_url.get_secret_value(),
        "CART_PREFIX": running.settings.prefix,
        "CART_TENANT": f"t-{uuid4().hex}",
        "COLUMNS": "160",
    }
    examples = Examples(tmp_path, environment)
    status = await examples.run(script_of(PAGE))
    assert status == 0, "\n".join(examples.transcript)
    assert unprinted(PAGE, examples.transcript[-1]) == []

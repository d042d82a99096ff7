"""The examples of the README run word by word, one after the other, in a shell and in Python."""

import shlex
import sys
from pathlib import Path

from support.written import ROOT, Reader, blocks

README = ROOT / "README.md"


def block(language: str, about: str) -> str:
    """The one code block of the README that holds these words."""
    [found] = [code for kind, code in blocks(README) if kind == language and about in code]
    return found


async def test_the_examples_run_as_written(
    amqp_url: str, mongo_url: str, prefix: str, database_name: str, tmp_path: Path
) -> None:
    """`make stack-up` prints the addresses of the servers that are there; everything else is the README's."""
    python = block("python", "CartClient").replace('CART_AMQP_URL"])', f'CART_AMQP_URL"], prefix={prefix!r})')
    script = "\n".join(
        (
            block("sh", "cart run"),
            f"{shlex.quote(sys.executable)} - <<'PYTHON'\n{python}PYTHON",
            "kill %1",
            "wait %1",
        )
    )
    environment = {"CART_PREFIX": prefix, "CART_DATABASE": database_name}
    status, shown = await Reader(tmp_path, amqp_url, mongo_url, environment).run(script)
    assert status == 0, shown + (tmp_path / "worker.log").read_text()
    assert "upsert-offerings: 3 rows, applied, catalog revision 2" in shown
    assert "applied cart c-1, version 2" in shown
    assert "dry-run cart c-1, version 3" in shown
    assert "due now 19.80 EUR" in shown
    assert "quantity" in shown
    assert "2 × mug at 9.90, since catalog revision 3" in shown
    assert "total one-time: 0.00 → 19.80 EUR (item-added)" in shown
    assert "0.00 → 14.50" in shown
    assert "to pay: 14.50" in shown

"""Every example of every dialect's page runs word by word, in order, against one worker."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialects.registry import dialects
from support.pages import Examples
from support.running import Running, running_worker

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "docs" / "dialects").glob("*.md"))


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    async with running_worker(amqp_url, mongo_url) as running:
        yield running


@pytest.fixture
def environment(running: Running) -> dict[str, str]:
    return {
        "CART_AMQP_URL": running.settings.amqp_url.get_secret_value(),
        "CART_MONGO_URL": running.settings.mongo_url.get_secret_value(),
        "CART_PREFIX": running.settings.prefix,
        "CART_DATABASE": running.settings.database,
        "COLUMNS": "200",
    }


def shell_blocks(page: Path) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def test_every_dialect_has_a_page() -> None:
    assert {page.stem for page in PAGES} == dialects().keys() - {"canonical"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
async def test_the_examples_of_a_page_run_as_written(page: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """Each page has a tenant of its own, whose catalog its own examples fill."""
    blocks = shell_blocks(page)
    script = "\n".join(blocks)
    assert f"--dialect {page.stem}" in script
    examples = Examples(tmp_path, environment, "--tenant", page.stem)
    code = await examples.run(script)
    assert code == 0, "\n".join(examples.transcript)
    assert sum(text.startswith("cart ") for text in examples.transcript) >= len(blocks)


async def test_an_example_that_fails_is_noticed(environment: dict[str, str], tmp_path: Path) -> None:
    examples = Examples(tmp_path, environment, "--tenant", "fails")
    script = 'shown=$(cart send create-cart --data \'{"currency": "EUR"}\' --cart c-1 --json)\n'
    script += 'test -n "$shown"\n'
    assert await examples.run(script + "cart send add-items --dialect carrier-order --cart c-1\necho end") == 1
    assert "end" not in examples.transcript[-1]

"""The pages of `docs/clients/` quote their examples word by word, and say how `make clients` installs and runs them."""

import re
from pathlib import Path

import pytest

from clients.catalogue import CLIENTS, EXAMPLES, PAGES, ROOT, TUTORIALS, Client
from clients.matrix import HEAD, rendered, transcript, written

LANGUAGES = {
    "python.md": "python",
    "node.md": "js",
    "java.md": "java",
    "go.md": "go",
    "php.md": "php",
    "ruby.md": "ruby",
}


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (PAGES / page).read_text(), re.DOTALL)


@pytest.mark.parametrize("page", LANGUAGES)
def test_what_a_page_quotes_stands_in_an_example(page: str) -> None:
    examples = [EXAMPLES / client.example for client in CLIENTS if client.page == page and client.example]
    quotes = blocks(page, LANGUAGES[page])
    assert quotes
    for quote in quotes:
        assert any(quote in each.read_text() for each in examples), quote
    for example in examples:
        assert any(quote in example.read_text() for quote in quotes), example
        assert f"](examples/{example.relative_to(EXAMPLES)})" in (PAGES / page).read_text()


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_a_page_says_how_its_client_is_tried(client: Client) -> None:
    if client.example is None:
        return
    commands = "".join(blocks(client.page, "sh"))
    assert client.install.replace(str(ROOT), "path/to/the/checkout") in commands
    assert client.run.format(Path(client.example).name) in commands


def test_every_program_is_tried() -> None:
    assert {EXAMPLES / client.example for client in CLIENTS if client.example} == set(EXAMPLES.glob("*/*.*"))
    assert {TUTORIALS / client.tutorial for client in CLIENTS} == set(TUTORIALS.iterdir())
    assert {path.name for path in PAGES.glob("*.md")} == {"README.md", *LANGUAGES}


def test_the_table_has_every_client_and_no_other() -> None:
    rows = written()
    assert list(rows) == [client.name for client in CLIENTS]
    assert all(len(cells) == len(HEAD) for cells in rows.values())
    assert rendered(list(rows.values())) in (PAGES / "README.md").read_text()
    assert len(transcript()) == 8


def test_what_can_set_a_message_id_is_answered_or_its_reply_address_is_no_reply_queue() -> None:
    for client, cells in written().items():
        answered = all(cell.startswith(("answered", "applied", "refused: ")) for cell in cells[3:5])
        assert answered or client.startswith("kombu"), cells
        assert cells[-1] == "works" or client.startswith("kombu"), cells

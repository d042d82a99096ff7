"""The table of `docs/clients/README.md`: what it says, what it should say, and how they differ."""

import re
from collections.abc import Iterator, Sequence

from clients.catalogue import PAGES

README = PAGES / "README.md"
HEAD = (
    "client",
    "version",
    "what its tutorial's code says of a message",
    "a query",
    "a write, sent twice",
    "to set, so that it is applied once",
    "its own types of time",
    "its example",
)
BEGIN, END = "<!-- what `make clients` prints -->\n", "<!-- end -->\n"
Cells = tuple[str, ...]


def rendered(rows: Sequence[Cells]) -> str:
    """The rows as a table in Markdown."""
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (HEAD, ("---",) * len(HEAD), *rows))


def written() -> dict[str, Cells]:
    """The rows of the page, by client."""
    lines = _table().splitlines()[2:]
    rows = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines]
    return {cells[0]: cells for cells in rows}


def write(rows: Sequence[Cells]) -> None:
    """Put these rows into the page; those of clients that were not tried stay."""
    new = {**written(), **{cells[0]: cells for cells in rows}}
    README.write_text(README.read_text().replace(_table(), rendered(list(new.values()))))


def differences(rows: Sequence[Cells]) -> Iterator[str]:
    """What is not as the page says. Another version that does the same is none."""
    page = written()
    for client, version, *seen in rows:
        said = page.get(client)
        if said is None:
            yield f"{client}: not in the table"
        elif list(said[2:]) != seen:
            for name, before, now in zip(HEAD[2:], said[2:], seen, strict=True):
                if before != now:
                    yield f"{client} {version}: {name}: the table of {said[1]} has {before!r}, seen: {now!r}"


def transcript() -> list[str]:
    """What every example prints: the page's block of text."""
    [block] = re.findall(r"```text\n(.*?)```", README.read_text(), re.DOTALL)
    return str(block).splitlines()


def _table() -> str:
    return README.read_text().partition(BEGIN)[2].partition(END)[0]

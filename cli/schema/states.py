"""`docs/states.md`: which commands work in which state of a cart, as `handlers/lifecycle.py` has it."""

from collections.abc import Iterable, Iterator

from handlers.kinds import AboutNoCart
from handlers.lifecycle import STATES, Row, State, row_of
from handlers.registry import commands

_HEAD = """# States

Which command works in which state of a cart, and with which code it is refused where it doesn't. `cart schema`
generates this page from `handlers/lifecycle.py`; the worker asks the same table. Commands about catalogs and
jobs are not listed.
"""


def states() -> str:
    """The page."""
    rows: list[tuple[list[str], Row]] = []
    for kind, entry in commands().items():
        if isinstance(entry, AboutNoCart):
            continue
        row = row_of(entry)
        kinds = next((kinds for kinds, known in rows if known == row), None)
        if kinds is None:
            rows.append(([kind], row))
        else:
            kinds.append(kind)
    return "\n".join((_HEAD, *_table(rows), *_messages(rows)))


def _table(rows: Iterable[tuple[list[str], Row]]) -> Iterator[str]:
    yield f"| command | {' | '.join(map(_name, STATES))} |"
    yield "| --- |" + " --- |" * len(STATES)
    for kinds, row in rows:
        cells = [f"`{refused.code}`" if (refused := row[state]) else "works" for state in STATES]
        yield f"| {', '.join(f'`{kind}`' for kind in kinds)} | {' | '.join(cells)} |"
    yield ""


def _messages(rows: Iterable[tuple[list[str], Row]]) -> Iterator[str]:
    yield "## What the refusals say\n"
    yield "| code | message |\n| --- | --- |"
    found = {refused for _, row in rows for refused in row.values() if refused is not None}
    for refused in sorted(found, key=lambda each: (each.code, each.message)):
        yield f"| `{refused.code}` | {refused.message} |"
    yield ""


def _name(state: State) -> str:
    return "no such cart" if state is None else state

"""`docs/patches.md`: what `patch-cart` can do to which part of a cart, as `handlers/patching/table.py` has it."""

from handlers.patching.table import TABLE

_HEAD = """# Patches

What the operations of `patch-cart` can be about. Paths go by id, never by place; `~1` is a `/` in an id or a name, and
`~0` a `~`. Any other path, and an operation that its row does not name, is `invalid` with the problem
`path-not-patchable`. `cart schema` generates this page from `handlers/patching/table.py`; the worker asks the same
table.

| path | operations |
| --- | --- |
"""


def patches() -> str:
    """The page."""
    rows = (f"| `{path}` | {', '.join(f'`{op}`' for op in target.ops)} |" for path, target in TABLE.items())
    return _HEAD + "\n".join(rows) + "\n"

"""Generated Python as the formatter leaves it: lines of at most 120 characters, docstrings wrapped."""

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 120


def docstring(text: str, indent: int) -> list[str]:
    """A docstring's lines: one if it fits, else the closing quotes stand alone."""
    space, width = " " * indent, WIDTH - indent
    first, *rest = [" ".join(each.split()) for each in text.strip().split("\n\n")]
    if not rest and len(first) + 6 <= width:
        return [f'{space}"""{first}"""']
    # The formatter joins the closing quotes to a single line: one that has no room for them becomes two.
    lines = textwrap.wrap(f'"""{first}', width if rest else width - 3, break_on_hyphens=False)
    for paragraph in rest:
        lines += ["", *textwrap.wrap(paragraph, width, break_on_hyphens=False)]
    return [*(space + line if line else "" for line in lines), f'{space}"""']


def bracketed(before: str, parts: Sequence[str], after: str, indent: int = 0) -> list[str]:
    """Parts between brackets: all in one line, else in a line of their own, else one per line."""
    space = " " * indent
    if len(line := f"{space}{before}{', '.join(parts)}{after}") <= WIDTH:
        return [line]
    if len(line := f"{space}    {', '.join(parts)}") <= WIDTH:
        return [space + before, line, space + after]
    return [space + before, *(f"{space}    {part}," for part in parts), space + after]


def imports(names: Iterable[str]) -> list[str]:
    """Import statements for full names, in blocks: the standard library, others, ours."""
    by_module: dict[str, set[str]] = {}
    for name in names:
        module, _, imported = name.rpartition(".")
        by_module.setdefault(module, set()).add(imported)
    blocks: list[list[str]] = [[], [], []]
    for module in sorted(by_module):
        blocks[_block(module)] += _import(module, sorted(by_module[module], key=_isort))
    return [line for block in blocks if block for line in (*block, "")]


def _import(module: str, names: Sequence[str]) -> list[str]:
    before = f"from {module} import "
    if len(before + ", ".join(names)) <= WIDTH:
        return [before + ", ".join(names)]
    return [f"{before}(", *(f"    {name}," for name in names), ")"]


def _block(module: str) -> int:
    return {"cartwright": 2, "pydantic": 1}.get(module.partition(".")[0], 0)


def _isort(name: str) -> tuple[int, str, str]:
    """Constants, then classes, then functions, as the linter wants them."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2, name.lower(), name)

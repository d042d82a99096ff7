"""Checks that the catalog commands share."""

from collections.abc import Callable, Iterable, Sequence

from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer


def refuse_if(problems: Sequence[Problem]) -> None:
    """Raise `invalid` with all problems, if there are any."""
    if problems:
        raise Refusal(ErrorCode.INVALID, f"The rows are not valid: {problems[0].message}", problems=problems)


def duplicate_ids(ids: Iterable[str], *where: str, field: str = "id") -> list[Problem]:
    """A problem for every row whose id an earlier row has; `where` is their place, `field` the field that holds ids."""
    seen: set[str] = set()
    problems = []
    for index, row_id in enumerate(ids):
        if row_id in seen:
            problems.append(Problem(pointer(*where, index, field), "duplicate-id", f"{row_id} is here twice"))
        seen.add(row_id)
    return problems


def leads_to_itself(name: str, following: Callable[[str], Iterable[str]]) -> bool:
    """Whether one comes back to a row by going on from row to row; `following` is where each leads to."""
    seen: set[str] = set()
    waiting = set(following(name))
    while waiting:
        current = waiting.pop()
        if current == name:
            return True
        if current not in seen:
            seen.add(current)
            waiting.update(following(current))
    return False

"""Random changes of JSON: values replaced, removed, moved, and others put beside them."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
    st.text(max_size=20),
    st.sampled_from(["", "/", "~", "0", "-1", "\x00", "i-1", "k-1", "c-1", "2026-01-01T00:00:00Z", "x" * 3000]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)
"""Values that hardly fit anywhere."""


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to all values within a JSON value."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in below for found in ((*path, key), *places(each, (*path, key)))]


def changes_of(whole: Any) -> st.SearchStrategy[Any]:
    """The JSON value with up to four of the values in it changed; its places are looked up once."""
    known = places(whole)
    return _changed(whole, st.sampled_from(known))


HOW_MANY = st.integers(1, 4)
HOW = st.sampled_from(["replace", "replace", "remove", "move", "add"])
NAME = st.text(min_size=1, max_size=8)


@st.composite
def _changed(draw: st.DrawFn, whole: Any, known: st.SearchStrategy[tuple[Any, ...]]) -> Any:
    made = deepcopy(whole)
    for _ in range(draw(HOW_MANY)):
        *way, last = draw(known)
        at = _value(made, way)
        if not isinstance(at, dict | list):
            continue  # an earlier change took the place away
        how = draw(HOW)
        if how == "add" and isinstance(at, dict):
            at[draw(NAME)] = draw(ODD)
        elif isinstance(at, list) and not (isinstance(last, int) and last < len(at)):
            at.append(draw(ODD))
        elif how == "remove":
            at.pop(last, None) if isinstance(at, dict) else at.pop(last)
        elif how == "move":
            at[last] = deepcopy(_value(whole, draw(known)))
        else:
            at[last] = draw(ODD)
    return made


def _value(whole: Any, path: Sequence[Any]) -> Any:
    """What is at a path; None if nothing is."""
    for step in path:
        if isinstance(whole, dict):
            whole = whole.get(step)
        else:
            whole = whole[step] if isinstance(whole, list) and isinstance(step, int) and step < len(whole) else None
    return whole

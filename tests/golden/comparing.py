"""Whether the figures that a golden case states are those that came out."""

from fractions import Fraction
from typing import Any

UNSIGNED = {"unit_discount1", "unit_split_line2"}
"""Discounts of single units: the format doesn't say with which sign they are written."""


def differing(expected: Any, got: Any) -> list[str]:
    """The names of the figures that differ; where there is just one without a name, it is the `result`."""
    if not isinstance(expected, dict):
        return [] if exact(expected) == exact(got) else ["result"]
    if not expected:
        return ["nothing is expected"]
    return [name for name in expected if not _agrees(name, expected[name], got)]


def _agrees(name: str, expected: Any, got: dict[str, Any]) -> bool:
    if name not in got:
        return False
    found = got[name]
    if name in UNSIGNED:
        expected, found = unsigned(expected), unsigned(found)
    if isinstance(expected, dict):
        by_rate = {exact(rate): amount for rate, amount in found.items()}
        return bool(expected) and all(by_rate.get(exact(rate)) == amount for rate, amount in expected.items())
    return bool(exact(expected) == exact(found))


def exact(value: Any) -> Any:
    """A figure to compare: a decimal string, or a sum of fractions such as `1+8/366`, as its exact value."""
    if isinstance(value, str):
        return sum((Fraction(term.strip()) for term in value.split("+")), Fraction(0))
    return value


def unsigned(value: Any) -> Any:
    """An amount, or each of a list of them, without its sign."""
    return [abs(each) for each in value] if isinstance(value, list) else abs(value)

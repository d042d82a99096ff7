"""Checks of offerings: bundles, and the values that characteristics allow."""

from collections.abc import Iterator, Sequence

from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import Facts
from handlers.bundle_checks import bundle_problems
from models.catalog.offering import Offering
from rules.characteristics import fault


def offering_problems(offerings: Sequence[Offering], facts: Facts, *where: str) -> Iterator[Problem]:
    """The problems of these rows; `where` is their place in the command, and `facts` contains them."""
    yield from bundle_problems(offerings, facts.offerings, facts.bundles, *where)
    yield from _value_problems(offerings, *where)


def _value_problems(offerings: Sequence[Offering], *where: str) -> Iterator[Problem]:
    """Values that a characteristic allows, and that are not of its type."""
    for index, offering in enumerate(offerings):
        for place, spec in enumerate(offering.characteristics):
            for number, value in enumerate(spec.values):
                wrong = fault(spec.value_type, value)
                if wrong is not None:
                    path = pointer(*where, index, "characteristics", place, "values", number)
                    yield Problem(path, wrong[0], f"{spec.name} must be {wrong[1]}")

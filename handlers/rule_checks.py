"""Checks of rules: what a rule brings into carts itself must be known."""

from collections.abc import Iterator, Sequence

from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import Facts
from rules.rule import Rule


def rule_problems(rules: Sequence[Rule], facts: Facts, *where: str) -> Iterator[Problem]:
    """The problems of these rows, beside the offerings of the catalog; `where` is their place in the command."""
    for index, rule in enumerate(rules):
        for field, offering_id in rule.offering_ids():
            if offering_id not in facts.offerings:
                path = pointer(*where, index, field)
                yield Problem(path, "offering-not-found", f"there is no offering {offering_id}")

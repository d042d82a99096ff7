"""What `docs/promotions.md` shows is what a worker takes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from facts.snapshot import CatalogRows

PAGE = Path(__file__).parents[2] / "docs" / "promotions.md"
EXAMPLES: list[dict[str, Any]] = [
    json.loads(each) for each in re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: next(iter(example.values()))[0].get("id", "voucher"))
def test_every_example_is_valid(example: dict[str, Any]) -> None:
    rows = CatalogRows.of(example)
    assert {kind: len(getattr(rows, kind)) for kind in example} == {kind: len(each) for kind, each in example.items()}


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 10

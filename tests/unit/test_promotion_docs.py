"""What `docs/promotions.md` shows is what a worker takes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from facts.snapshot import CatalogRows
from handlers.catalog.upsert_promotions import UpsertPromotions, remarks

PAGE = Path(__file__).parents[2] / "docs" / "promotions.md"
EXAMPLES: list[dict[str, Any]] = [
    json.loads(each) for each in re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: next(iter(example.values()))[0].get("id", "voucher"))
def test_every_example_is_valid(example: dict[str, Any]) -> None:
    rows = CatalogRows.of(example)
    assert {kind: len(getattr(rows, kind)) for kind in example} == {kind: len(each) for kind, each in example.items()}


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if "promotions" in each], ids=lambda each: each["promotions"][0]["id"]
)
def test_no_example_may_be_a_mistake(example: dict[str, Any]) -> None:
    assert list(remarks(UpsertPromotions.model_validate({"promotions": example["promotions"]}))) == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 10

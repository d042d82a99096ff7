"""No integer beyond 64 bits gets in: every integer of every command has bounds; what a line carries has them, too."""

from collections.abc import Iterator
from typing import Any

import pytest

from cartwright.wire.header import Contact, RelatedParty
from cartwright.wire.lines import NewContainer, NewItem
from cartwright.wire.notes import NewNote, NoteUpdate
from cartwright.wire.schema import Model
from cli.schema.schemas import command_models
from support.integers import IntegerField, integer_fields

LARGEST = 2**63 - 1


def test_the_list_of_integers_sees_into_lists_kinds_and_unions() -> None:
    found = {str(each) for each in integer_fields()}
    assert {
        "create-cart/data/items/0/quantity",
        "create-cart/version",
        "upsert-prices/data/prices/0/tiers/0/blockSize",
        "upsert-promotions/data/promotions/0/conditions/0/minimum of quantity",
        "simulate-price/data/facts/rules/0/max of cardinality",
    } <= found
    assert {each.command for each in integer_fields()} == command_models().keys()


@pytest.mark.parametrize("field", integer_fields(), ids=str)
def test_every_integer_has_bounds_within_64_bits(field: IntegerField) -> None:
    assert "minimum" in field.schema
    assert "maximum" in field.schema
    assert -LARGEST <= field.schema["minimum"] <= field.schema["maximum"] <= LARGEST


def open_ended(schema: dict[str, Any], definitions: dict[str, Any], path: str = "") -> Iterator[str]:
    """Places in a schema where a value of any size fits."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    for each in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield from open_ended(each, definitions, path)
    kind = schema.get("type")
    fixed = "enum" in schema or "const" in schema
    if kind == "string" and not fixed and not schema.keys() & {"maxLength", "pattern", "format"}:
        yield path
    if kind == "array":
        yield from () if "maxItems" in schema else (path,)
        yield from open_ended(schema.get("items", {"type": "anything"}), definitions, f"{path}/0")
    if kind == "object":
        values = schema.get("additionalProperties")
        yield from () if values is False or "maxProperties" in schema else (path,)
        yield from open_ended(values, definitions, f"{path}/*") if isinstance(values, dict) else ()
        for name, value in schema.get("properties", {}).items():
            yield from open_ended(value, definitions, f"{path}/{name}")
    if kind is None and not schema.keys() & {"anyOf", "allOf", "oneOf", "enum", "const"}:
        yield path


@pytest.mark.parametrize("model", [NewItem, NewContainer, NewNote, NoteUpdate, Contact, RelatedParty])
def test_what_a_line_a_container_and_a_contact_carry_is_bounded_in_count_and_size(model: type[Model]) -> None:
    schema = model.model_json_schema()
    found = open_ended(schema, schema.get("$defs", {}))
    assert [path for path in found if not path.endswith("/currency")] == []  # a currency is one of a list


def test_the_search_for_open_ends_finds_them() -> None:
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "text": {"type": "string"},
            "list": {"type": "array", "items": {"type": "string", "maxLength": 5}},
            "table": {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 3},
            "any": {},
            "fine": {"anyOf": [{"type": "string", "pattern": "^x{1,9}$"}, {"type": "null"}]},
        },
    }
    assert list(open_ended(schema, {})) == ["/text", "/list", "/table/*", "/any"]

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from cartwright.wire.error_meanings import MEANINGS
from cartwright.wire.refusals import ErrorCode
from cartwright.wire.schema import parse_time
from cli.schema.document import asyncapi_document
from cli.schema.generator import field_descriptions
from cli.schema.messages import example_body
from cli.schema.schemas import FAMILIES, command_models, published_events, sent_replies
from engine.reading import Origin, read_command
from handlers.registry import commands
from models.changes.change import announced_kinds
from support.asyncapi import asyncapi_problems


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi_document()


def references(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for name, value in node.items():
                if name == "$ref":
                    yield value
                else:
                    yield from references(value)
        case list():
            for value in node:
                yield from references(value)


def resolve(document: dict[str, Any], reference: str) -> Any:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_it_is_an_asyncapi_document(document: dict[str, Any]) -> None:
    assert document["asyncapi"] == "3.0.0"
    assert asyncapi_problems(document) == []


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("asyncapi", "2.6.0"),
        ("info/title", 1),
        ("operations/add-items-command/action", "publish"),
        ("operations/add-items-command/channel", {"address": "x"}),
        ("operations/add-items-command/messages", [{"$ref": "#/channels/get-cart-command/messages/get-cart-command"}]),
        ("operations/add-items-command/reply/messages", [{"$ref": "#/components/messages/cart-updated-reply"}]),
        ("operations/add-items-command/bindings/amqp/deliveryMode", 3),
        ("channels/add-items-command/address", "{tenant}.{kind}"),
        ("channels/add-items-command/bindings/amqp/exchange/type", "queue"),
        ("channels/add-items-command/publish", {}),
        ("components/messages/add-items-command/correlationId/location", "$header#/x"),
        ("components/messages/add-items-command/schema", {}),
    ],
)
def test_what_is_none_is_noticed(document: dict[str, Any], path: str, wrong: Any) -> None:
    broken = deepcopy(document)
    *parents, name = path.split("/")
    node = broken
    for each in parents:
        node = node[each]
    node[name] = wrong
    assert asyncapi_problems(broken)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert "#/channels/replies/messages/cart-updated-reply" in found
    for reference in found:
        assert isinstance(resolve(document, reference), dict)


@pytest.mark.parametrize("kind", commands())
def test_every_command_has_its_place(document: dict[str, Any], kind: str) -> None:
    channel = document["channels"][f"{kind}-command"]
    assert channel["address"] == f"{{tenant}}.{kind}"
    assert channel["bindings"]["amqp"]["exchange"]["name"] == "cart.commands"
    operation = document["operations"][f"{kind}-command"]
    assert operation["action"] == "receive"
    assert operation["channel"] == {"$ref": f"#/channels/{kind}-command"}
    answers = [resolve(document, each["$ref"]) for each in operation["reply"]["messages"]]
    assert [each["$ref"] for each in answers] == [
        f"#/components/messages/{commands()[kind].reply_type}-reply",
        "#/components/messages/command-refused-reply",
    ]
    message = document["components"]["messages"][f"{kind}-command"]
    assert resolve(document, message["payload"]["$ref"])["properties"]["type"]["enum"] == [kind]


@pytest.mark.parametrize("kind", published_events())
def test_every_event_has_its_place(document: dict[str, Any], kind: str) -> None:
    assert document["channels"][f"{kind}-event"]["address"] == f"{{tenant}}.{kind}"
    assert document["operations"][f"{kind}-event"]["action"] == "send"


@pytest.mark.parametrize("kind", commands())
def test_the_example_of_a_command_is_a_command(kind: str) -> None:
    entry = commands()[kind]
    body = json.dumps(example_body(kind, entry)).encode()
    cart_key = json.loads(body).get("cartId")
    origin = Origin("acme", kind, "m-1", cart_key, None, parse_time("2026-01-01T00:00:00Z"))
    assert read_command(body, origin)[0] is entry


@pytest.mark.parametrize("kind", {**sent_replies(), **published_events()})
def test_the_examples_of_replies_and_events_fit_their_models(document: dict[str, Any], kind: str) -> None:
    found = {f"{kind}-reply": sent_replies().get(kind), f"{kind}-event": published_events().get(kind)}
    for name, model in found.items():
        if model is not None:
            payload = document["components"]["messages"][name]["examples"][0]["payload"]
            assert model.model_validate_json(json.dumps(payload), extra="forbid").type == kind


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    for message in document["components"]["messages"].values():
        for part, schema in (("payload", message["payload"]), ("headers", message["headers"])):
            validator = Draft202012Validator({**schema, "components": document["components"]})
            for shown in message["examples"]:
                if part in shown:
                    assert list(validator.iter_errors(shown[part])) == []


def test_the_schemas_refuse_what_the_models_refuse(document: dict[str, Any]) -> None:
    message = document["components"]["messages"]["add-items-command"]
    validator = Draft202012Validator({**message["payload"], "components": document["components"]})
    shown = message["examples"][0]["payload"]
    assert validator.is_valid(shown)
    assert not validator.is_valid({**shown, "type": "remove-items"})
    assert not validator.is_valid({**shown, "unheardOf": 1})
    assert not validator.is_valid({**shown, "version": "7"})
    assert not validator.is_valid({**shown, "data": {"items": []}})


KINDS = [(family, kind) for family, kinds in FAMILIES.items() for kind in kinds.models]


@pytest.mark.parametrize(("family", "kind"), KINDS, ids=[f"{family.__name__}-{kind}" for family, kind in KINDS])
def test_every_kind_has_its_fields(document: dict[str, Any], family: type[BaseModel], kind: str) -> None:
    listed = [resolve(document, each["$ref"]) for each in document["components"]["schemas"][family.__name__]["oneOf"]]
    [schema] = [each for each in listed if each["properties"]["kind"]["enum"] == [kind]]
    fields = FAMILIES[family].models[kind].model_fields
    assert set(schema["properties"]) == {field.alias or name for name, field in fields.items()}
    assert schema["description"]


def test_the_fields_of_a_kind_are_checked_at_any_depth(document: dict[str, Any]) -> None:
    message = document["components"]["messages"]["upsert-promotions-command"]
    validator = Draft202012Validator({**message["payload"], "components": document["components"]})

    def fits(**condition: Any) -> bool:
        rule = {"id": "p", "benefits": [{"kind": "percent", "value": "10"}], "conditions": [condition]}
        return validator.is_valid({**message["examples"][0]["payload"], "data": {"promotions": [rule]}})

    assert fits(kind="quantity", minimum=2)
    assert fits(kind="not", condition={"kind": "all", "conditions": [{"kind": "quantity", "minimum": 2}]})
    assert not fits(kind="quantity", minimum="2")
    assert not fits(kind="quantity", amount="2.00")
    assert not fits(kind="not", condition={"kind": "quantity", "more": 1})
    assert not fits(kind="astrology")


def test_every_refusal_code_is_explained(document: dict[str, Any]) -> None:
    assert set(MEANINGS) == set(ErrorCode)
    listed = document["components"]["schemas"]["ErrorCode"]
    assert set(listed["enum"]) == {code.value for code in ErrorCode}
    for code in listed["enum"]:
        assert f"- `{code}`: {MEANINGS[ErrorCode(code)]}" in listed["description"]


def properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of every schema, with its name."""
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from properties(part)
    if isinstance(node, dict) and isinstance(node.get("properties"), dict):
        yield from node["properties"].items()


def test_generators_can_use_every_property(document: dict[str, Any]) -> None:
    found = list(properties(document["components"]["schemas"]))
    assert len(found) > 500
    for name, schema in found:
        assert schema["description"], name
        assert "title" not in schema, name
        assert "const" not in json.dumps(schema), name
        assert schema.get("default", 1) not in (None, [], {}, ""), name


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all models that its fields hold, conditions and the like by their base."""
    waiting, seen = [model], set[type[BaseModel]]()
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            yield current
            waiting += [held for field in current.model_fields.values() for held in classes(field.annotation)]


def classes(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from classes(argument)


KIND_MODELS = [model for kinds in FAMILIES.values() for model in kinds.models.values()]
ROOTS = [*command_models().values(), *sent_replies().values(), *published_events().values(), *KIND_MODELS]


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.__name__)
def test_every_field_says_what_it_means(root: type[BaseModel]) -> None:
    for model in models(root):
        described = field_descriptions(model)
        assert [name for name in wire_names(model) if not described.get(name)] == [], model


def wire_names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def test_the_document_lists_what_is_sent_and_nothing_else(document: dict[str, Any]) -> None:
    assert set(sent_replies()) == {
        "cart-updated",
        "price-changed",
        "catalog-updated",
        "query-result",
        "job-updated",
        "command-refused",
    }
    assert {"cart-deleted", "cart-moved", "cart-submitted"} <= announced_kinds()
    of_jobs = {"reprice-progress", "reprice-completed", "expiry-completed", "export-completed", "cart-exported"}
    assert set(published_events()) == {"cart-updated", "price-changed"} | announced_kinds() | of_jobs
    assert "contentEncoding" not in json.dumps(document)

"""Calls in dialects: one channel, whose routing key names the operation; bodies are as the documents have them."""

from cli.schema.headers import Schema
from dialects.registry import dialects

CALL = "dialect-call"
REPLY = "dialect-reply"
BODY = "DialectCall"
HEADERS = "DialectCallHeaders"


def operations() -> dict[str, list[str]]:
    """The operations of every dialect but the canonical one."""
    return {name: sorted(each.operations) for name, each in sorted(dialects().items()) if each.operations}


def component_schemas(command_headers: Schema) -> Schema:
    """Headers and body of a call."""
    listed = "; ".join(f"`{name}`: {', '.join(f'`{each}`' for each in kinds)}" for name, kinds in operations().items())
    dialect = {
        "type": "string",
        "enum": list(operations()),
        "description": f"The dialect. Its operations, which the routing key names, are: {listed}.",
    }
    properties = {**command_headers["properties"], "dialect": dialect}
    return {
        HEADERS: {**command_headers, "properties": properties, "required": [*command_headers["required"], "dialect"]},
        BODY: {
            "type": "object",
            "properties": {
                "parameters": {"description": "The document's path, query and header parameters, by its names."},
                "body": {"description": "The document's own body."},
            },
            "additionalProperties": False,
        },
    }


def component_messages() -> Schema:
    """A call and its reply."""
    common = {"contentType": "application/json"}
    return {
        CALL: {
            "name": CALL,
            "title": CALL,
            "summary": "An operation of a dialect, with the document's own request.",
            **common,
            "correlationId": {"location": "$message.header#/correlationId"},
            "headers": {"$ref": f"#/components/schemas/{HEADERS}"},
            "payload": {"$ref": f"#/components/schemas/{BODY}"},
            "examples": [
                {
                    "name": "add-items",
                    "headers": {"messageId": "m-1", "cart-id": "c-42", "dialect": "carrier-order"},
                    "payload": {
                        "parameters": {"cartId": "c-42"},
                        "body": {"items": [{"action": "add", "productOfferingId": "mug"}]},
                    },
                }
            ],
        },
        REPLY: {
            "name": REPLY,
            "title": REPLY,
            "summary": "The document's own response or error, and nothing else.",
            **common,
            "headers": {"$ref": "#/components/schemas/ReplyHeaders"},
            "payload": {"description": "As the document has it."},
            "examples": [
                {
                    "name": "add-items",
                    "headers": {"http-status": 200, "cart-id": "c-42", "cart-version": 2, "status": "applied"},
                    "payload": {"externalId": "26-46236265737394"},
                }
            ],
        },
    }


def channel() -> Schema:
    """Where calls are published."""
    return {
        "address": "{tenant}.{operation}",
        "parameters": {
            "tenant": {"$ref": "#/components/parameters/tenant"},
            "operation": {"$ref": "#/components/parameters/operation"},
        },
        "messages": {CALL: {"$ref": f"#/components/messages/{CALL}"}},
    }


def parameters() -> Schema:
    """The parameters of the channel's address."""
    return {"operation": {"description": "The operation of the dialect that the header `dialect` names."}}

"""A JSON schema in a few words, for tables in Markdown."""

from collections.abc import Iterator

from cli.schema.headers import Schema

_SECTIONS = {"Condition": "conditions-of-promotions", "Benefit": "benefits-of-promotions", "Rule": "kinds-of-rules"}
"""Types that have a section under another name."""


def type_text(schema: Schema) -> str:
    """What a value may be, with its bounds; a type of ours as a link to its section."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{_SECTIONS.get(name, name.lower())})"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    forms = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if forms:
        return " or ".join(map(type_text, forms))
    names = schema.get("type", "any")
    return " or ".join(_one_type(name, schema) for name in ([names] if isinstance(names, str) else names))


def _one_type(name: str, schema: Schema) -> str:
    match name:
        case "array":
            return f"list of {type_text(schema.get('items', {}))}{_bounds(schema, 'minItems', 'maxItems')}"
        case "object":
            values = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
            named = [type_text(each) for each in values if isinstance(each, dict) and each]
            return f"object with values: {named[0]}" if named else "object"
        case "integer":
            return f"integer{_bounds(schema, 'minimum', 'maximum')}"
        case "string" if schema.get("format") == "date-time":
            return "time"
        case "string":
            return f"string{_bounds(schema, 'minLength', 'maxLength')}"
    return name


def _bounds(schema: Schema, least: str, most: str) -> str:
    parts = list(_limits(schema.get(least), schema.get(most)))
    return f" ({' '.join(parts)})" if parts else ""


def _limits(least: int | None, most: int | None) -> Iterator[str]:
    if least is not None and most is not None:
        yield f"{least:,} to {most:,}"
    elif least is not None:
        yield f"at least {least:,}"
    elif most is not None:
        yield f"at most {most:,}"

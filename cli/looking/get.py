"""`cart get`: a cart by id or key."""

from dataclasses import dataclass

from pydantic import JsonValue

from cartwright import CartClient
from cartwright.client.calls import CallOptions
from cli.exits import Exit, fail
from cli.looking.keys import parse_key
from cli.send import Request, ask


@dataclass(frozen=True, slots=True)
class Shown:
    """At which prices the cart is shown, or at which of its versions."""

    reprice: bool = False
    at_version: int | None = None


def get_cart(
    client: CartClient, cart_id: str | None, key: str | None, options: CallOptions, shown: Shown, *, as_json: bool
) -> None:
    """Print the cart; `key` is `name=value`."""
    data: dict[str, JsonValue] = {"reprice": shown.reprice}
    if shown.at_version is not None:
        data["atVersion"] = shown.at_version
    if (cart_id is None) == (key is None):
        fail("name the cart by its id or by --key", Exit.USAGE)
    if key is not None:
        name, value = parse_key(key)
        data["key"] = {"name": name, "value": value}
    ask(client, Request("get-cart", data, cart_id, options), as_json=as_json)

"""What answers of the telco dialect hold."""

from typing import Any

from support.dialects import DialectReply


def items(reply: DialectReply) -> dict[str, Any]:
    """The cart items by id, of all containers."""
    return {each["id"]: each for container in reply.body["offerContainer"] for each in container["cartItem"]}


def containers(reply: DialectReply) -> dict[str, Any]:
    """The containers by id."""
    return {each["id"]: each for each in reply.body["offerContainer"]}


def price(reply: DialectReply, item_id: str = "i-1") -> Any:
    """What an item's first price says."""
    return items(reply)[item_id]["itemPrice"][0]["price"]


def errors(reply: DialectReply) -> list[tuple[str, str]]:
    """Where the errors of a refusal are, and their codes; empty if there is no list of them."""
    return [(each["errorMap"]["path"], each["errorCode"]) for each in reply.body.get("listOfErrors", [])]


def refusal(reply: DialectReply) -> tuple[int, str]:
    """The status and the code of a refusal; fails for any other answer."""
    assert reply.body["status"] == reply.http_status, reply.body
    return reply.http_status, reply.body["errorCode"]

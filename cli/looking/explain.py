"""`cart explain`: why every amount of a cart is what it is, for the whole cart or one line."""

import json

import typer

from cartwright import CartClient, CartRead
from cartwright.commands import GetCart
from cartwright.wire.nearness import suggestion
from cli.asking import answered
from cli.exits import Exit, fail
from cli.output import console
from cli.waterfall import Detail, print_explanation


def explain_cart(
    client: CartClient, cart_id: str, line: str | None, data: GetCart, seconds: float, *, as_json: bool
) -> None:
    """Print the explanation of the prices that the cart has, or, with `reprice`, would have now."""

    async def ask(opened: CartClient) -> CartRead:
        return await opened.get_cart(cart_id, data, explain=True, timeout=seconds)

    reply = answered(client, ask, as_json=as_json)
    lines = [item.id for item in reply.cart.items]
    if line is not None and line not in lines:
        fail(f"cart {cart_id} has no line {line}.{suggestion(line, lines)} It has {', '.join(lines)}", Exit.REFUSED)
    if reply.explanation is None:
        fail(f"cart {cart_id} came without an explanation", Exit.REFUSED)
    if as_json:
        told = reply.explanation.model_dump(mode="json", by_alias=True, exclude_unset=True)
        if line is not None:
            told["items"] = [each for each in told["items"] if each.get("itemId") == line]
        about = {"cartId": reply.cart_id, "version": reply.version, "explanation": told}
        typer.echo(json.dumps(about, indent=2, ensure_ascii=False))
        return
    console.print(f"[bold]{reply.status}[/bold] cart {reply.cart_id}, version {reply.version}", markup=True)
    print_explanation(reply.cart, reply.explanation, Detail(line, sources=True))

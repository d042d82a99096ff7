"""`cart history`: who made each version of a cart, when, by which command, what it changed, and what that cost."""

import json
from collections.abc import Iterator

import typer
from rich.markup import escape
from rich.table import Table

from cartwright import CartClient, HistoryRead
from cartwright.commands import GetHistory
from cartwright.wire.found import HistoryEntry
from cartwright.wire.schema import format_time
from cli.asking import answered
from cli.output import console, describe_change, describe_price_change

PAGE = 200
SCOPE = "cart"


def show_history(
    client: CartClient, cart_id: str, first: int, last: int | None, seconds: float, *, as_json: bool
) -> None:
    """Print the versions from the first to the last one, the oldest first."""
    pages = answered(client, lambda opened: _pages(opened, cart_id, first, last, seconds), as_json=as_json)
    versions = [version for page in pages for version in page.items]
    archived = pages[0].archived_through
    if as_json:
        told = [version.model_dump(mode="json", by_alias=True, exclude_unset=True) for version in versions]
        more = {} if archived is None else {"archivedThrough": archived}
        typer.echo(json.dumps({"cartId": cart_id, "items": told, **more}, indent=2, ensure_ascii=False))
        return
    if archived is not None:
        typer.echo(f"versions up to {archived} are archived", err=True)
    console.print(_table(versions))


async def _pages(client: CartClient, cart_id: str, first: int, last: int | None, seconds: float) -> list[HistoryRead]:
    page = await client.get_history(cart_id, GetHistory(first=first, last=last, size=PAGE), timeout=seconds)
    pages = [page]
    while page.next_cursor is not None:
        asked = GetHistory(last=last, size=PAGE, cursor=page.next_cursor)
        page = await client.get_history(cart_id, asked, timeout=seconds)
        pages.append(page)
    return pages


def _table(versions: list[HistoryEntry]) -> Table:
    """A row per version: what changed in it, and the totals of the cart that moved."""
    table = Table()
    for heading in ("version", "when", "command", "what changed", "amount before → after"):
        table.add_column(heading, justify="right" if heading == "version" else "left", overflow="fold")
    for each in versions:
        changed = "\n".join(map(describe_change, each.changes))
        moved = "\n".join(_moved(each))
        table.add_row(*map(escape, (str(each.version), format_time(each.at), _command(each), changed, moved)))
    return table


def _command(version: HistoryEntry) -> str:
    """The command with who sent it and why, as far as that is known."""
    by = f"by {version.actor}" if version.actor is not None else ""
    return "\n".join(filter(None, (version.command_type, by, version.reason)))


def _moved(version: HistoryEntry) -> Iterator[str]:
    for change in version.price_changes:
        if change.scope == SCOPE:
            yield describe_price_change(change)

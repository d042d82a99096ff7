"""The outcome of a command, in one line of rich markup."""

from rich.markup import escape

from audit.history import Body
from demo.record import Sending, refused

_PERIODS = {None: "once", "P1M": "a month", "P1Y": "a year"}
_MARKS = {
    "applied": "[green]✓[/green]",
    "unchanged": "[dim]= unchanged[/dim]",
    "duplicate": "[yellow]= duplicate[/yellow]",
    "dry-run": "[cyan]? dry run[/cyan]",
    "read": "[dim]· read[/dim]",
}


def tell(sending: Sending) -> str:
    """Cart, outcome, version, what changed, what it costs now."""
    if not sending.replies:
        ended = f"parked: {sending.parked}" if sending.parked else "no answer"
        return f"{escape(sending.kind)} [red]✗ {ended}[/red]"
    reply = sending.replies[0]
    if refused(reply):
        code, message = reply["error"]["code"], escape(reply["error"]["message"])
        return f"{escape(sending.kind)} [red]✗ {code}[/red] [dim]{message}[/dim]"
    about = [f"{escape(reply.get('cartId') or sending.kind)} {_MARKS[reply['status']]}"]
    if reply.get("version") is not None:
        about.append(f"[bold]v{reply['version']}[/bold]")
    about += [f"[dim]{escape(_change(change))}[/dim]" for change in reply.get("changes", ())[:2]]
    about += [escape(_moved(moved)) for moved in reply.get("priceChanges", ()) if moved["scope"] == "cart"]
    return " ".join(about)


def _change(change: Body) -> str:
    target = f" {change['itemId']}" if change.get("itemId") else ""
    steps = f" {change['from']}→{change['to']}" if change["type"] == "quantity-changed" else ""
    return f"{change['type']}{target}{steps}"


def _moved(moved: Body) -> str:
    period = _PERIODS.get(moved["period"], moved["period"])
    return f"{moved['before']['gross']}→{moved['after']['gross']} {moved['currency']} {period}"

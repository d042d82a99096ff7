"""Why a cart costs what it does, for a person: each amount step by step, what becomes of it in later periods, and why
promotions did not apply.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cartwright.wire.cart_view import CartView
from cartwright.wire.explained import ExplanationView, LedgerLineView, LedgerView, PromotionVerdictView
from cartwright.wire.line_view import PhaseView
from cartwright.wire.schema import format_time
from cli.output import print_warnings

NAMES = {"P1D": "day", "P1W": "week", "P1M": "month", "P1Y": "year"}
"""What periods are called."""
LIST_PRICE = "list-price"


@dataclass(frozen=True, slots=True)
class Detail:
    """What is shown of an explanation: one line of the cart or all of it, and whether with where each step is from."""

    item_id: str | None = None
    sources: bool = False


def print_explanation(cart: CartView, explanation: ExplanationView, detail: Detail) -> None:
    """The ledgers as tables, then the promotions, the later periods and the warnings."""
    console = Console(highlight=False)
    policy, revision = explanation.policy.get("preset"), explanation.catalog_revision
    at = format_time(explanation.as_of)
    console.print(f"policy {policy}, catalog revision {revision}, as of {at}", markup=False)
    items = [each for each in explanation.items if detail.item_id in (None, each.item_id)]
    console.print(_waterfall("items", items, cart, detail))
    if detail.item_id is None:
        console.print(_waterfall("totals", explanation.totals, cart, detail))
        console.print(_waterfall("due now", (explanation.due_now,), cart, detail))
        for verdict in explanation.promotions:
            console.print(escape(_told(verdict)))
    for text in later_periods(cart, detail.item_id):
        console.print(escape(text))
    print_warnings(each for each in cart.warnings if detail.item_id in (None, each.item_id))


def later_periods(cart: CartView, item_id: str | None = None) -> Iterator[str]:
    """What changes in later periods, of one line or of all of them and the totals: `P1M: 0.00 for 3 months, then …`."""
    for item in cart.items:
        for price in item.prices if item_id in (None, item.id) else ():
            if len(price.phases) > 1:
                yield f"{item.id} {price.period}: {course(price.phases, price.period or '')}"
    for total in cart.totals if item_id is None else ():
        if len(total.phases) > 1:
            yield f"total {total.period}: {course(total.phases, total.period or '')}"


def course(phases: Iterable[PhaseView], period: str) -> str:
    """What periods cost, one stretch after the other: `0.00 for 3 months, then 29.90`."""
    name = NAMES.get(period, "period")
    parts = []
    for phase in phases:
        periods = phase.periods
        parts.append(
            str(phase.gross) if periods is None else f"{phase.gross} for {periods} {name}{'s' if periods > 1 else ''}"
        )
    return ", then ".join(parts)


def _waterfall(title: str, ledgers: Iterable[LedgerView], cart: CartView, detail: Detail) -> Table:
    """What moved each amount, step by step, and the result."""
    table = Table("", "", title=title, title_justify="left", box=SIMPLE_HEAD, title_style="bold")
    for heading in ("moves", cart.currency):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for ledger in ledgers:
        head = " ".join(filter(None, (ledger.item_id, ledger.type, ledger.period)))
        for line in ledger.lines:
            step = f"{line.step} {line.source}" if line.source else line.step
            remarks = [*_remarks(line), *(_sources(ledger, line, cart) if detail.sources else ())]
            table.add_row(*map(escape, (head, step, str(line.amount), str(line.after), ", ".join(remarks))))
            head = ""
        result = ledger.lines[-1].after if ledger.lines else 0
        table.add_row("", "", "", f"[bold]{result}[/bold]", "", end_section=True)
    return table


def _remarks(line: LedgerLineView) -> Iterator[str]:
    """What the amount contains, its exact value before rounding, what it got beyond its share, what a rule kept."""
    if line.contained is not None:
        yield f"contains {line.contained}"
    rounded = line.amount if line.contained is None else line.contained
    if line.exact is not None and line.exact != rounded:
        yield f"exactly {line.exact}"
    if line.odd_units:
        yield f"{line.odd_units} beyond its share"
    if line.note is not None:
        yield line.note


def _sources(ledger: LedgerView, line: LedgerLineView, cart: CartView) -> Iterator[str]:
    """How much of what a list price is for, what it was before it was reduced, and since when the catalog says so."""
    if line.step == LIST_PRICE and ledger.item_id is not None:
        item = next((each for each in cart.items if each.id == ledger.item_id), None)
        price = next((each for each in item.prices if each.id == ledger.price_id), None) if item is not None else None
        if item is not None and price is not None:
            yield f"{item.quantity} × {item.offering_id or item.product_id} at {price.unit_amount}"
        prior = ledger.prior_price
        if prior is not None:
            yield f"before it was reduced at {prior.unit_gross}"
    if line.revision is not None:
        yield f"since catalog revision {line.revision}"


def _told(verdict: PromotionVerdictView) -> str:
    if verdict.applied:
        return f"promotion {verdict.id} applied"
    condition = f" ({verdict.condition})" if verdict.condition else ""
    return f"promotion {verdict.id} did not apply: {verdict.reason}{condition}"

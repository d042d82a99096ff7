"""`cart price`: prices a document offline, with a table of the steps from each list price to the payable amount."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import typer
from pydantic import ValidationError
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cartwright.wire.decoding import decode
from cartwright.wire.money import format_amount
from cartwright.wire.refusals import Refusal
from cartwright.wire.schema import format_time
from cli.exits import Exit
from cli.story import Story
from engine.query import answer_query
from engine.reading import Origin, read_command
from facts.snapshot import Facts
from handlers.registry import Query
from models.answers.cart_answer import CartAnswer
from models.answers.explanation import Explanation, Ledger, LedgerLine, PromotionVerdict
from models.answers.rendering import render_cart
from models.cart.cart import Cart
from models.cart.price import Phase

KIND = "simulate-price"
MESSAGE_ID = "offline"
NAMES = {"P1D": "day", "P1W": "week", "P1M": "month", "P1Y": "year"}
"""What periods are called."""


def price_file(file: Path, now: datetime, *, as_json: bool) -> None:
    """Print the prices of the document: the data of a `simulate-price`, or a story; `-` is standard input."""
    document = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        told = decode(document)
        cart, explanation = Story.model_validate(told).play(now) if "steps" in told else simulate(document, now)
    except ValidationError as error:
        typer.echo(f"not a story: {error}", err=True)
        raise typer.Exit(Exit.REFUSED) from None
    except Refusal as refusal:
        typer.echo(f"refused ({refusal.code}): {refusal.message}", err=True)
        for problem in refusal.problems:
            typer.echo(f"  {problem.path or '/'} {problem.code}: {problem.message}", err=True)
        raise typer.Exit(Exit.REFUSED) from None
    if as_json:
        result = {"cart": render_cart(cart), "explanation": explanation.wire()}
        typer.echo(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        _print(explanation)
        for total in cart.pricing.totals:
            if len(total.phases) > 1:
                typer.echo(f"{total.period}: {course(total.phases, total.period or '', cart.currency)}")


def simulate(document: bytes, now: datetime) -> tuple[Cart, Explanation]:
    """The document's cart, priced at its own time or now, and the explanation; raises `Refusal`."""
    decode(document)
    body = b'{"type": "%b", "explain": true, "data": %b}' % (KIND.encode(), document)
    entry, command = read_command(body, Origin("default", KIND, MESSAGE_ID, None, None, now))
    if not isinstance(entry, Query):
        raise TypeError(f"{KIND} is not a query")
    answer = answer_query(entry, None, command, Facts(), entry.needs(command.data).at or now)
    if not isinstance(answer, CartAnswer) or answer.cart is None or answer.explanation is None:
        raise TypeError(f"{KIND} explains nothing")
    return answer.cart, answer.explanation


def _print(explanation: Explanation) -> None:
    console = Console(highlight=False)
    policy, revision, at = explanation.policy.preset, explanation.catalog_revision, format_time(explanation.at)
    console.print(f"policy {policy}, catalog revision {revision}, as of {at}", markup=False)
    for title, ledgers in (("items", explanation.items), ("totals", explanation.totals)):
        console.print(_waterfall(title, ledgers, explanation.currency))
    console.print(_waterfall("due now", (explanation.due_now,), explanation.currency))
    for verdict in explanation.promotions:
        console.print(escape(_told(verdict)))


def course(phases: Iterable[Phase], period: str, currency: str) -> str:
    """What periods cost, one stretch after the other: `0.00 for 3 months, then 29.90`."""
    name = NAMES.get(period, "period")
    parts = []
    for phase in phases:
        amount, periods = format_amount(phase.gross, currency), phase.periods
        parts.append(amount if periods is None else f"{amount} for {periods} {name}{'s' if periods > 1 else ''}")
    return ", then ".join(parts)


def _waterfall(title: str, ledgers: Iterable[Ledger], currency: str) -> Table:
    """What moved each amount, step by step, and the result."""
    table = Table("", "", title=title, title_justify="left", box=SIMPLE_HEAD, title_style="bold")
    for heading in ("moves", currency):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for ledger in ledgers:
        head = " ".join(filter(None, (ledger.item_id, ledger.type, ledger.period)))
        for line in ledger.lines:
            step = f"{line.step} {line.source}" if line.source else line.step
            amounts = (format_amount(line.amount, currency), format_amount(line.after, currency))
            table.add_row(*map(escape, (head, step, *amounts, ", ".join(_remarks(line, currency)))))
            head = ""
        table.add_row("", "", "", f"[bold]{format_amount(ledger.amount, currency)}[/bold]", "", end_section=True)
    return table


def _remarks(line: LedgerLine, currency: str) -> Iterator[str]:
    """What the amount contains, its exact value before rounding, and what it got beyond its share."""
    if line.contained is not None:
        yield f"contains {format_amount(line.contained, currency)}"
    rounded = line.amount if line.contained is None else line.contained
    if line.exact is not None and line.exact != rounded:
        yield f"exactly {line.wire(currency)['exact']}"
    if line.odd:
        yield f"{line.odd} beyond its share"


def _told(verdict: PromotionVerdict) -> str:
    if verdict.reason is None:
        return f"promotion {verdict.id} applied"
    condition = f" ({verdict.condition})" if verdict.condition else ""
    return f"promotion {verdict.id} did not apply: {verdict.reason}{condition}"

"""`cart price`: prices a document offline, with a table of the steps from each list price to the payable amount."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import typer

from cartwright.wire.cart_view import CartView
from cartwright.wire.decoding import decode
from cartwright.wire.explained import ExplanationView
from cartwright.wire.refusals import Problem, Refusal
from cli.exits import Exit, fail
from cli.files import broken_json, read_bytes
from cli.story import NoStory, read_story
from cli.waterfall import Detail, print_explanation
from engine.query import answer_query
from engine.reading import Origin, read_command
from facts.snapshot import Facts
from handlers.kinds import Query
from models.answers.cart_answer import CartAnswer
from models.answers.explanation import Explanation
from models.answers.rendering import render_cart
from models.cart.cart import Cart

KIND = "simulate-price"
MESSAGE_ID = "offline"


def price_file(file: Path, now: datetime, *, as_json: bool) -> None:
    """Print the prices of the document: the data of a `simulate-price`, or a story; `-` is standard input.

    A file that is not there or no JSON object ends with `USAGE`, a document that can't be priced with `REFUSED`.
    """
    document = read_bytes(file)
    told = _read(file, document)
    try:
        cart, explanation = _played(told, now) if "steps" in told else simulate(document, now)
    except Refusal as refusal:
        typer.echo(f"refused ({refusal.code}): {refusal.message}", err=True)
        _print_problems(refusal.problems)
        raise typer.Exit(Exit.REFUSED) from None
    shown = {"cart": render_cart(cart), "explanation": explanation.wire()}
    if as_json:
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        _print(json.dumps(shown["cart"]), json.dumps(shown["explanation"]))


def _read(file: Path, document: bytes) -> dict[str, object]:
    """The JSON object in the file; ends with a sentence that names the place if there is none."""
    try:
        return decode(document)
    except Refusal as refusal:
        fail(f"{file} can't be priced: {broken_json(document) or refusal.message}", Exit.USAGE)


def _played(told: Mapping[str, object], now: datetime) -> tuple[Cart, Explanation]:
    """What a story leads to; one that is none ends with all that is wrong with it."""
    try:
        return read_story(told).play(now)
    except NoStory as error:
        typer.echo("not a story:", err=True)
        _print_problems(error.problems)
        raise typer.Exit(Exit.REFUSED) from None


def _print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        typer.echo(f"  {problem.path or '/'} {problem.code}: {problem.message}", err=True)


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


def _print(cart: str, explanation: str) -> None:
    """Both as a caller reads them off the wire."""
    print_explanation(CartView.model_validate_json(cart), ExplanationView.model_validate_json(explanation), Detail())

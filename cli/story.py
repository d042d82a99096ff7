"""A cart's story in a file: a catalog by kind of row, and the commands that one cart was sent; played offline."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import typer
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from cartwright.wire.nearness import suggestion
from cartwright.wire.problems import problems_of
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from engine.execute import execute
from engine.query import answer_query
from engine.reading import Origin, read_command
from facts.snapshot import MODELS, CatalogRows, Facts
from handlers.kinds import AboutNoCart, CartCommand
from handlers.needs import Fetched
from models.answers.cart_answer import CartAnswer
from models.answers.explanation import Explanation
from models.cart.cart import Cart
from models.cart.forms import Document

CART_ID = "offline"

Shown = tuple[Cart, Explanation | None]
"""A cart after a step, and why it costs what it does."""


Tables = dict[str, list[dict[str, JsonValue]]]
"""Rows of a catalog by kind."""


class NoStory(Exception):  # noqa: N818 (named for what it says)
    """A document that is no story; the problems say why, and where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("not a story")
        self.problems = problems


class Step(BaseModel):
    """One command, as it is sent, without the cart's id; or rows that come into the catalog."""

    model_config = ConfigDict(extra="ignore")

    send: Document | None = None
    catalog: Tables = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_something(self) -> "Step":
        if self.send is None and not self.catalog:
            raise ValueError("a step sends a command or has rows for the catalog")
        return self


class Story(BaseModel):
    """The whole file; other fields, such as what it expects, are ignored."""

    model_config = ConfigDict(extra="ignore")

    catalog: Tables
    steps: list[Step]

    def play(self, now: datetime) -> tuple[Cart, Explanation]:
        """The cart after its last command, and why it costs what it does; raises `Refusal` and `NoStory`.

        A refused command changes nothing and is reported on standard error.
        """
        facts = Facts().with_rows(_rows(self.catalog, "catalog"), 1)
        cart: Cart | None = None
        explanation: Explanation | None = None
        for number, step in enumerate(self.steps):
            if step.catalog:
                facts = facts.with_rows(_rows(step.catalog, "steps", number, "catalog"), facts.revision + 1)
            if step.send is None:
                continue
            try:
                cart, explanation = _run(step.send, number, cart, facts, now)
            except Refusal as refusal:
                typer.echo(f"step {number + 1} refused ({refusal.code}): {refusal.message}", err=True)
        if cart is None or explanation is None:
            raise Refusal(ErrorCode.INVALID, "Nothing in this story prices a cart.")
        return cart, explanation


def read_story(told: Mapping[str, object]) -> Story:
    """The story in a document; raises `NoStory`."""
    try:
        return Story.model_validate(told)
    except ValidationError as error:
        raise NoStory(problems_of(error, told, Story)) from None


def _rows(tables: Tables, *place: str | int) -> CatalogRows:
    """The rows of a catalog at this place of the story; raises `NoStory` with all that is wrong with them."""
    problems = [problem for kind, rows in tables.items() for problem in _problems(kind, rows, (*place, kind))]
    if problems:
        raise NoStory(problems)
    return CatalogRows.of(tables)


def _problems(kind: str, rows: list[Document], place: tuple[str | int, ...]) -> Iterator[Problem]:
    if kind not in MODELS:
        message = f"A catalog has no such rows.{suggestion(kind, MODELS)} There are {', '.join(MODELS)}."
        yield Problem(pointer(*place), "unknown-field", message)
        return
    model = MODELS[kind]
    for number, row in enumerate(rows):
        try:
            CatalogRows.of({kind: [row]})
        except ValidationError as error:
            for found in problems_of(error, row, model if isinstance(model, type) else None):
                yield replace(found, path=pointer(*place, number) + found.path)


def _run(send: Document, number: int, cart: Cart | None, facts: Facts, now: datetime) -> Shown:
    body = json.dumps({**send, "cartId": CART_ID, "explain": True}).encode()
    entry, command = read_command(body, Origin("default", send.get("type", ""), f"m-{number}", None, None, now))
    known = Fetched(catalogs={None: facts, facts.revision: facts})
    if isinstance(entry, AboutNoCart):
        raise Refusal(ErrorCode.INVALID, f"{entry.kind} is not a command about a cart; rows belong to the catalog.")
    if isinstance(entry, CartCommand):
        outcome = execute(entry, cart, command, facts, now, (), known)
        return outcome.cart, outcome.explanation
    answer = answer_query(entry, cart, command, facts, now, known)
    if not isinstance(answer, CartAnswer) or answer.cart is None:
        raise Refusal(ErrorCode.INVALID, f"{entry.kind} shows no cart.")
    return answer.cart, answer.explanation

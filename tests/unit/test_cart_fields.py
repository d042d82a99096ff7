"""How a field is written follows from its annotation: its type, its names and its marks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import pytest

from cartwright.wire.schema import Model
from models.cart.fields import (
    APART,
    NOT_SHOWN,
    SHARED,
    SHOWN_UNLESS_EMPTY,
    STORED_UNLESS_EMPTY,
    UNLESS_EMPTY,
    Money,
    Named,
    OwnMoney,
    shown,
    table,
)
from models.cart.forms import amounts_in, reader, renderer, writer

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"


class Note(Model):
    text: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    net_amount: Money
    currency: str = "JPY"
    paid: OwnMoney = 0


@dataclass(frozen=True, slots=True)
class Whole:
    colour: Colour
    since: datetime
    beyond: Annotated[str, APART]
    until: datetime | None = None
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    amounts: tuple[Money, ...] = ()
    listed: Annotated[Money, Named("list")] = 0
    both: Annotated[str, Named(shown="outside", stored="inside")] = ""
    hidden: Annotated[str, NOT_SHOWN] = ""
    tags: Annotated[Mapping[str, str], SHARED] = field(default_factory=dict)
    note: Annotated[Note | None, UNLESS_EMPTY] = None
    less: Annotated[Money, SHOWN_UNLESS_EMPTY] = 0
    rare: Annotated[tuple[str, ...], STORED_UNLESS_EMPTY] = ()

    @property
    @shown(Named("half"), UNLESS_EMPTY)
    def halved(self) -> Money | None:
        """Half of it, if there is anything."""
        return self.listed // 2 or None

    @property
    def unseen(self) -> int:
        """No business of anybody else."""
        return 1


FULL = Whole(
    colour=Colour.RED,
    since=NOON,
    beyond="b",
    until=NOON,
    part=Part(250),
    parts=(Part(1, "EUR", 5),),
    amounts=(1, 2),
    listed=200,
    both="x",
    hidden="h",
    tags={"a": "b"},
    note=Note(text="t"),
    less=5,
    rare=("r",),
)
BARE = Whole(Colour.RED, NOON, "b")


def test_documents_hold_minor_units_and_times() -> None:
    assert writer(Whole)(FULL) == {
        "colour": "red",
        "since": NOON,
        "until": NOON,
        "part": {"netAmount": 250, "currency": "JPY", "paid": 0},
        "parts": [{"netAmount": 1, "currency": "EUR", "paid": 5}],
        "amounts": [1, 2],
        "list": 200,
        "inside": "x",
        "hidden": "h",
        "tags": {"a": "b"},
        "note": {"text": "t"},
        "less": 5,
        "rare": ["r"],
    }
    bare = writer(Whole)(BARE)
    assert (bare["until"], bare["part"], bare["parts"], bare["less"]) == (None, None, [], 0)
    assert bare.keys().isdisjoint({"note", "rare"})


def test_the_wire_holds_decimal_strings_and_properties() -> None:
    assert renderer(Whole)(FULL, amounts_in("EUR")) == {
        "colour": "red",
        "since": "2026-03-04T12:00:00Z",
        "until": "2026-03-04T12:00:00Z",
        "part": {"netAmount": "2.50", "currency": "JPY", "paid": "0"},
        "parts": [{"netAmount": "0.01", "currency": "EUR", "paid": "0.05"}],
        "amounts": ["0.01", "0.02"],
        "list": "2.00",
        "outside": "x",
        "tags": {"a": "b"},
        "note": {"text": "t"},
        "less": "0.05",
        "rare": ["r"],
        "half": "1.00",
    }
    bare = renderer(Whole)(BARE, amounts_in("EUR"))
    assert bare.keys().isdisjoint({"note", "less", "half", "unseen", "hidden", "beyond"})
    assert (bare["rare"], bare["until"]) == ([], None)


@pytest.mark.parametrize("whole", [FULL, BARE])
def test_what_was_written_is_read(whole: Whole) -> None:
    assert reader(Whole)(writer(Whole)(whole), "b") == whole


def test_a_document_from_before_a_field_is_read_with_its_default() -> None:
    read: Any = reader(Whole)
    assert read({"colour": "red", "since": NOON}, beyond="b") == BARE
    with pytest.raises(KeyError):
        read({"since": NOON}, beyond="b")


def test_texts_that_repeat_are_kept_once() -> None:
    @dataclass(frozen=True)
    class Named:
        name: Annotated[str | None, SHARED]

    first, second = (reader(Named)({"name": "".join(["re", "peats"])}) for _ in range(2))
    assert first.name is second.name
    assert reader(Named)({"name": None}).name is None


def test_what_is_left_out_where_it_is_empty_has_an_empty_default() -> None:
    @dataclass(frozen=True)
    class Wrong:
        count: Annotated[int, UNLESS_EMPTY] = 1

    with pytest.raises(TypeError, match="count"):
        table(Wrong)

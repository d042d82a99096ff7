"""What document 002 calls things: statuses, actions, periods, terms, places in a call."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from cartwright.wire.lines import Action
from cartwright.wire.price_type import PriceType
from cartwright.wire.status import CartStatus
from dialects.dialect import Call, CallOutcome
from dialects.telco import canonical
from dialects.telco.errors import document_pointer
from dialects.telco.rendering.cart import render_cart
from dialects.telco.words import ACTIONS, PRICE_TYPES, STATUSES, inverse, period_name
from facts.snapshot import Facts
from support.records import full_cart


def test_everything_that_a_cart_can_be_has_a_word() -> None:
    assert STATUSES.keys() == {each.value for each in CartStatus}
    assert ACTIONS.keys() == set(get_args(Action))
    assert PRICE_TYPES.keys() == set(get_args(PriceType))
    assert inverse(STATUSES)["ACTIVE"] == "active"


@pytest.mark.parametrize(
    ("status", "word"),
    [("abandoned", "ABONDONED"), ("saved", "ACTIVE"), ("quote-created", "QUOTE_CREATED"), ("expired", "EXPIRED")],
)
def test_a_status_is_spelt_as_the_document_spells_it(status: str, word: str) -> None:
    call = Call("acme", "query-shopping-cart", None, "c-1", None, None)
    cart = replace(full_cart(), status=CartStatus(status))
    assert render_cart(call, CallOutcome("read", Facts(), cart))["status"] == word


def test_periods_without_a_name_are_written_in_iso_8601() -> None:
    assert [period_name(each) for each in ("P1M", "P3M", "P1Y", "P2M", None)] == [
        "Monthly",
        "Quarterly",
        "Annually",
        "P2M",
        None,
    ]


@pytest.mark.parametrize(
    ("duration", "term"),
    [
        ({"amount": 24, "units": "month"}, "24M"),
        ({"amount": 2, "units": "Years"}, "2Y"),
        ({"amount": 2, "units": "moons"}, None),
        ({"amount": None, "units": ""}, None),
    ],
)
def test_a_duration_is_the_term_that_prices_depend_on(duration: dict[str, Any], term: str | None) -> None:
    assert canonical.term_code([{"name": "x"}, {"duration": duration}]) == term


@pytest.mark.parametrize(
    ("code", "amount", "units"), [("24M", 24, "months"), ("2Y", 2, "years"), ("P1M", None, None), ("x", None, None)]
)
def test_a_term_is_shown_as_the_duration_that_is_read_as_it(code: str, amount: int | None, units: str | None) -> None:
    duration = canonical.term_duration(code)
    assert duration == {"amount": amount, "units": units}
    assert canonical.term_code([{"name": code, "duration": duration}]) == (code if amount else None)


def test_a_problem_is_reported_in_the_documents_names() -> None:
    inside = document_pointer("/body/containers/0/items/1/offeringId")
    assert inside == "/body/offerContainer/0/cartItem/1/productOffering/id"

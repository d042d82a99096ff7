"""Amounts that a reader writes again are as the worker sent them."""

import json

import pytest

from cartwright.wire.line_view import TaxView


@pytest.mark.parametrize("amount", ["0.00", "-0.01", "12345678901234567890.12", "0.000000000001", "100"])
def test_all_digits_are_written_and_no_exponent(amount: str) -> None:
    sent = {"id": "vat", "rate": "20", "amount": amount}
    assert json.loads(TaxView.model_validate(sent).model_dump_json(by_alias=True)) == sent

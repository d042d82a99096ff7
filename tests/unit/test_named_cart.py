"""A command that is refused before it could be read names its cart all the same, as far as it can be read."""

import pytest

from support.deliveries import delivery
from workers.consume.named_cart import named_cart


@pytest.mark.parametrize(
    ("body", "header", "named"),
    [
        (b'{"cartId": "c-1"}', None, "c-1"),
        (b'{"cartId": "c-1"}', "c-2", "c-1"),
        (b'{"cartId": 7}', "c-2", "c-2"),
        (b'{"cartId": "c 1"}', None, None),
        (b'{"cartId": "' + b"c" * 129 + b'"}', None, None),
        (b'{"cartId": null}', "c-2", "c-2"),
        (b'{"cartId": "c-1"', "c-2", "c-2"),
        (b"[]", None, None),
        (b"", b"c-2", None),
        (b"{}", "m-1", None),
    ],
)
def test_what_a_refused_command_names(body: bytes, header: object, named: str | None) -> None:
    headers = {} if header is None else {"cart-id": header}
    assert named_cart(delivery(body=body, headers=headers, message_id="m-1")) == named


def test_only_a_canonical_body_is_known_to_name_it() -> None:
    headers = {"dialect": "telco", "cart-id": "c-2"}
    assert named_cart(delivery(body=b'{"cartId": "c-1"}', headers=headers, message_id="m-1")) == "c-2"

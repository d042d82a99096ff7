"""The Python example of the README runs as it stands, but for the address and the names of a test."""

import re
import textwrap
from pathlib import Path

import pytest

from support.running import Running
from support.shop import Shop

README = Path(__file__).parents[2] / "README.md"


async def test_the_example_prints_what_a_cart_would_cost(
    running: Running, shop: Shop, amqp_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await shop.call("upsert-offerings", None, {"offerings": [{"id": "EPO-90-200008"}]})
    price = {"id": "p", "offeringId": "EPO-90-200008", "type": "recurring", "period": "P1M", "currency": "EUR"}
    await shop.call("upsert-prices", None, {"prices": [{**price, "amount": "9.99", "taxIncluded": True}]})
    [example] = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    addressed = example.replace(
        'CartClient("amqp://guest:guest@localhost:5672/", tenant="acme")',
        f"CartClient({amqp_url!r}, tenant={shop.tenant!r}, prefix={running.settings.prefix!r})",
    )
    names: dict[str, object] = {}
    exec("async def run():\n" + textwrap.indent(addressed, "    "), names)
    await names["run"]()  # type: ignore[operator]
    assert "0.00 → 9.99" in capsys.readouterr().out

"""The types of prices."""

from typing import Literal

PriceType = Literal["one-time", "recurring", "allowance", "usage"]

"""The kinds of rows that files hold, and the commands that bring them, in the order in which rows need each other.

Offerings come before what names them: prices, promotions and rules. Taxes and rates come first, so that nothing is
ever priced without them.
"""

from collections.abc import Iterable

SET_CONFIGURATION = "set-configuration"
CONFIGURATION = "configuration"
COMMANDS = {
    CONFIGURATION: SET_CONFIGURATION,
    "taxes": "upsert-taxes",
    "rates": "upsert-rates",
    "agreements": "upsert-agreements",
    "offerings": "upsert-offerings",
    "prices": "upsert-prices",
    "vouchers": "upsert-vouchers",
    "promotions": "upsert-promotions",
    "rules": "upsert-rules",
}
"""The commands by kind of row; but for the configuration, the kind is the field of the command's data."""


def kind_of(command: str) -> str | None:
    """The kind of rows that a command brings; None if it is no command about catalogs."""
    return next((kind for kind, each in COMMANDS.items() if each == command), None)


def kind_in(words: Iterable[str]) -> str | None:
    """The first of these words that is a kind."""
    return next((word for word in words if word in COMMANDS), None)

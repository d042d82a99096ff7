"""What a decision says besides what happens: a quantity that the command states, be it the one that the line has."""

from collections.abc import Iterable

from models.changes.change import Change
from models.value import value


@value(frozen=True, slots=True)
class QuantityStated:
    """The command states how many units this line has: they do not follow those of the line that it hangs on."""

    item_id: str
    """The item's id."""


Made = Change | QuantityStated
"""What commands about one cart say of it."""


def changes_in(made: Iterable[Made]) -> list[Change]:
    """What happens to the cart."""
    return [each for each in made if isinstance(each, Change)]

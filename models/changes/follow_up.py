"""A command about another cart that follows from a command: how one command takes effect on two carts.

It is stored with the version that it follows from, and sent to the commands exchange after the commit. Its id is made
of the first command's id, so however often it is sent, it is one command and takes effect once.
"""

import re
from dataclasses import dataclass

from models.cart.forms import Document

_SUFFIX = re.compile(r"[a-z-]{1,16}")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Type, cart id and data of the command; `suffix` ends its id. Raises ValueError for a suffix of another form.

    `version` is the one at which the decision saw the other cart: if anybody has changed since what the command
    touches, it is refused. Without one it takes effect whatever has become of that cart.
    """

    suffix: str
    type: str
    cart_id: str
    data: Document
    version: int | None = None

    def __post_init__(self) -> None:
        if not _SUFFIX.fullmatch(self.suffix):
            raise ValueError(f"{self.suffix} is not 1 to 16 small letters and hyphens")

    def command_id(self, first: str) -> str:
        """Its message id, as it follows from the command with this id."""
        return f"{first}:{self.suffix}"

"""What `validate-cart` answers: everything that keeps a cart from being ordered, or a token."""

from pydantic import Field

from cartwright.wire.answer import Answer
from cartwright.wire.examples import example
from cartwright.wire.schema import Time


class CartErrorEntry(Answer):
    """One thing that keeps a cart from being ordered."""

    code: str
    """A stable code for programs, e.g. `characteristic-missing`."""
    message: str
    """A sentence for people."""
    path: str
    """Where in the cart, as a JSON Pointer that goes by id: `/items/i-1`; empty for the cart as a whole."""
    parameters: dict[str, str] = Field(default_factory=dict)
    """Values that belong to the code, e.g. `offeringId`."""


class Validation(Answer):
    """Whether a cart can be ordered; if it can, the token with which to submit this version of it."""

    model_config = example(
        {
            "valid": False,
            "errors": [
                {
                    "code": "characteristic-missing",
                    "message": "Characteristic color is mandatory.",
                    "path": "/items/i-1/characteristics/color",
                    "parameters": {"itemId": "i-1", "name": "color"},
                }
            ],
            "token": None,
            "expiresAt": None,
        }
    )

    valid: bool
    """Whether there are no errors."""
    errors: list[CartErrorEntry] = Field(default_factory=list)
    """Everything that is wrong, the lines first."""
    token: str | None = None
    """What `submit-cart` asks for; null with errors, and in a dry run."""
    expires_at: Time | None = None
    """From this second on the token has expired."""

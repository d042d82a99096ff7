"""Reading a command: strict JSON, then the envelope and data of its type; every finding with its JSON Pointer."""

from datetime import datetime

from pydantic import ValidationError

from cartwright.wire.command import SCHEMA_VERSION, AnyCommand, AnyEnvelope, Command
from cartwright.wire.decoding import decode
from cartwright.wire.nearness import suggestion
from cartwright.wire.problems import problems_of
from cartwright.wire.refusals import ErrorCode, Problem, Refusal
from engine.body_hash import body_hash
from handlers.kinds import AboutNoCart, CartCommand, Registered
from handlers.registry import commands
from models.derived_id import derived_id
from models.value import value


@value(frozen=True, slots=True)
class Origin:
    """What the transport says of a command: tenant and type from its address, its id, key, user and roles.

    `lock_owner` is the owner of a lock as whom it comes; `follows`: it follows from another command, a worker sent it.
    """

    tenant: str
    type: str
    message_id: str | None
    cart_key: str | None
    user: str | None
    received_at: datetime
    roles: frozenset[str] = frozenset()
    lock_owner: str | None = None
    follows: bool = False


def missing_message_id() -> Refusal:
    """The refusal of a command that may write and that nothing would recognize if it came again."""
    return Refusal(
        ErrorCode.MISSING_MESSAGE_ID,
        "A command that may write needs an id: set the property message_id, and keep it when you send it again.",
    )


def read_command(body: bytes, origin: Origin) -> tuple[Registered, AnyCommand]:
    """The command in `body` and its registration; raises `Refusal`."""
    fields = decode(body)
    entry = _entry(fields, origin)
    _check_schema_version(fields)
    try:
        envelope = entry.envelope.model_validate(fields)
    except ValidationError as error:
        raise invalid(problems_of(error, fields, entry.envelope)) from None
    if origin.message_id is None and not entry.reads:
        raise missing_message_id()
    cart_id = _cart_id(entry, envelope, origin)
    return entry, Command(
        tenant=origin.tenant,
        id=origin.message_id,
        body_hash=b"" if entry.reads else body_hash(fields, body),
        envelope=envelope,
        cart_id=cart_id,
        actor=origin.user,
        received_at=origin.received_at,
        roles=origin.roles,
        lock_owner=origin.lock_owner,
        follows=origin.follows,
    )


def derived_cart_id(tenant: str, message_id: str) -> str:
    """The id of a cart that was created without one: the same for every delivery of the message."""
    return "c-" + derived_id(tenant, message_id)


def _entry(fields: dict[str, object], origin: Origin) -> Registered:
    kind = fields.get("type")
    if not isinstance(kind, str):
        raise invalid([Problem("/type", "missing" if kind is None else "wrong-type", "A command names its type.")])
    if kind not in commands():
        raise Refusal(
            ErrorCode.UNKNOWN_COMMAND,
            f"There is no such command.{suggestion(kind, commands())}",
            problems=[Problem("/type", "unknown-command", "not a command of this worker")],
        )
    if kind != origin.type:
        raise invalid([Problem("/type", "mismatch", "The type differs from the routing key's.")])
    return commands()[kind]


def _check_schema_version(fields: dict[str, object]) -> None:
    version = fields.get("schemaVersion", SCHEMA_VERSION)
    if isinstance(version, int) and not isinstance(version, bool) and version != SCHEMA_VERSION:
        raise Refusal.at(
            "/schemaVersion",
            ErrorCode.UNSUPPORTED_SCHEMA_VERSION,
            f"Version {SCHEMA_VERSION} of the command schema is understood.",
        )


def _cart_id(entry: Registered, envelope: AnyEnvelope, origin: Origin) -> str:
    """The cart that a command is about; empty for one about no cart, or about a cart that is named by a key."""
    named = envelope.cart_id
    if named is not None and origin.cart_key not in (None, named, origin.message_id):
        raise invalid([Problem("/cartId", "mismatch", "The cart id differs from the header cart-id.")])
    by_key = not isinstance(entry, AboutNoCart) and bool(entry.needs(envelope.data).keys)
    if named is not None and by_key:
        raise invalid([Problem("/data/key", "one-of", "Name the cart either by cartId or by key.")])
    if named is not None or isinstance(entry, AboutNoCart) or by_key:
        return named or ""
    if entry.creates if isinstance(entry, CartCommand) else entry.blank:
        return derived_cart_id(origin.tenant, origin.message_id or "")
    raise invalid([Problem("/cartId", "missing", "The command names no cart.")])


def invalid(problems: list[Problem]) -> Refusal:
    """The refusal of a command with these problems, at least one."""
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Refusal(
        ErrorCode.INVALID, f"The command is not valid: {first.path} {first.message}{more}", problems=problems
    )

"""Direct reply addresses, `amq.rabbitmq.reply-to.<channel>.<key>`, as RabbitMQ makes them for its callers.

`<channel>` is the caller's channel, an Erlang process id in base64. RabbitMQ before 3.12 closes a connection that
publishes to an address that it can't decode, or whose node is not in its cluster. So addresses are decoded here first.
What only the broker knows is tried on a connection that nothing else depends on: an empty message to the same channel
under a key that no caller has, which reaches nobody.
"""

import base64
import binascii
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache

DIRECT_REPLY_TO = "amq.rabbitmq.reply-to"
TRUST_SECONDS = 30.0
DOUBT_SECONDS = 1.0
"""How long a positive and a negative answer are valid: a node may leave its cluster, and come back."""
_REMEMBERED = 1000
_NOBODYS_KEY = "bm9ib2R5"
_KEY = re.compile(r"[A-Za-z0-9+/]{1,64}={0,2}")
_NODE = re.compile(rb"[!-?A-~]+@[!-?A-~]+")
# Erlang's external term format: a process id is a node name (an atom), a number, a serial and a creation.
_TERM = 131
_PROCESS_TAIL = {ord("X"): 12, ord("g"): 9}
_ATOM_LENGTH = {ord("d"): 2, ord("v"): 2, ord("s"): 1, ord("w"): 1}
# Every Erlang decodes process numbers and serials below these; older releases have none above.
_ANY_NUMBER, _ANY_SERIAL = 2**15, 2**13


@dataclass(frozen=True, slots=True)
class Target:
    """What a direct address leads to. The broker decodes all addresses of one `kind`, or none of them."""

    channel: str
    kind: bytes


@lru_cache(maxsize=4096)
def target_of(address: str) -> Target | None:
    """The target of a direct address; None for an address that RabbitMQ never makes."""
    channel, _, key = address.removeprefix(f"{DIRECT_REPLY_TO}.").partition(".")
    if not _KEY.fullmatch(key) or len(address) > 255:
        return None
    try:
        process = base64.b64decode(channel, validate=True)
    except (binascii.Error, ValueError):
        return None
    # Only one spelling: decoders disagree about missing padding, and about data after it.
    if base64.b64encode(process).decode() != channel:
        return None
    kind = _kind(process)
    return Target(channel, kind) if kind else None


def _kind(process: bytes) -> bytes | None:
    """What decides whether the broker can decode this process id: its node, or all of it if its numbers are large."""
    if len(process) < 3 or process[0] != _TERM or process[1] not in _PROCESS_TAIL or process[2] not in _ATOM_LENGTH:
        return None
    node_at = 3 + _ATOM_LENGTH[process[2]]
    node_end = node_at + int.from_bytes(process[3:node_at], "big")
    if len(process) != node_end + _PROCESS_TAIL[process[1]] or not _NODE.fullmatch(process[node_at:node_end]):
        return None
    number, serial = (int.from_bytes(process[at : at + 4], "big") for at in (node_end, node_end + 4))
    return process[:node_end] if number < _ANY_NUMBER and serial < _ANY_SERIAL else process


class DirectReplies:
    """Knows which direct addresses can be published to.

    `survives` publishes an empty message under a routing key; it returns whether the broker kept the connection.
    """

    def __init__(self, survives: Callable[[str], Awaitable[bool]], clock: Callable[[], float] = time.monotonic) -> None:
        self._survives = survives
        self._clock = clock
        self._answers: dict[bytes, tuple[bool, float]] = {}

    def doubtful(self, address: str | None) -> bool:
        """Whether the broker has to be asked about this address."""
        if address is None or not address.startswith(DIRECT_REPLY_TO):
            return False
        target = target_of(address)
        if target is None:
            return False
        answer = self._answers.get(target.kind)
        return answer is None or answer[1] < self._clock()

    def refused(self, address: str) -> bool:
        """Whether the broker would close a connection over this address, by its last answer."""
        target = target_of(address)
        return target is None or self._answers.get(target.kind, (True,))[0] is False

    async def ask(self, address: str) -> None:
        """Ask the broker about an address; raises AMQPError or OSError if it does not answer."""
        target = target_of(address)
        if target is not None:
            survives = await self._survives(f"{DIRECT_REPLY_TO}.{target.channel}.{_NOBODYS_KEY}")
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            holds = TRUST_SECONDS if survives else DOUBT_SECONDS
            self._answers[target.kind] = survives, self._clock() + holds

"""Lines of the report from the answers to the carts' commands."""

from collections.abc import Iterable, Mapping

from cartwright.wire.refusals import ErrorCode
from cartwright.wire.status import CartStatus
from handlers.job_repricing import LostPrice
from models.answers.answer import Answer, Refused
from models.answers.cart_answer import CartAnswer
from models.cart.cart import Cart
from models.jobs.report import REPORTED, CartOutcome, Figures, ReportLine, read_line
from storage.records import Entry

_SKIPPED = frozenset({ErrorCode.CART_NOT_FOUND, ErrorCode.CART_READ_ONLY, ErrorCode.CART_LOCKED})


def told_lines(answers: Mapping[str, Answer]) -> list[ReportLine]:
    """The lines of carts whose commands were executed."""
    return [
        read_line(cart_id, answer.told[REPORTED])
        for cart_id, answer in answers.items()
        if isinstance(answer, CartAnswer)
    ]


def remembered_lines(entries: Mapping[str, Entry]) -> list[ReportLine]:
    """The lines of carts by what the job left with them."""
    return [read_line(cart_id, entry.told[REPORTED]) for cart_id, entry in entries.items()]


def refused_lines(answers: Mapping[str, Answer], carts: Mapping[str, Cart]) -> Iterable[ReportLine]:
    """The lines of carts whose commands were refused, with the carts as they are, where there are such."""
    for cart_id, answer in answers.items():
        if isinstance(answer, Refused):
            yield _refused(cart_id, answer, carts.get(cart_id))


def refused(answers: Mapping[str, Answer]) -> list[str]:
    """The carts whose commands were refused."""
    return [cart_id for cart_id, answer in answers.items() if isinstance(answer, Refused)]


def untouched_line(cart: Cart) -> ReportLine:
    """The line of a cart with which nothing is done."""
    figures = Figures.of(cart)
    return ReportLine(cart.id, CartOutcome.UNCHANGED, (cart.version, cart.version), figures, figures)


def gone_line(cart_id: str) -> ReportLine:
    """The line of a cart that is not there."""
    return ReportLine(cart_id, CartOutcome.SKIPPED, (0, 0), code=ErrorCode.CART_NOT_FOUND.value)


def _refused(cart_id: str, answer: Refused, cart: Cart | None) -> ReportLine:
    if cart is None or cart.status is CartStatus.DELETED:
        return gone_line(cart_id)
    refusal = answer.refusal
    code = refusal.warning if isinstance(refusal, LostPrice) else refusal.code.value
    figures = Figures.of(cart)
    return ReportLine(
        cart_id=cart_id,
        outcome=CartOutcome.SKIPPED if refusal.code in _SKIPPED else CartOutcome.FAILED,
        versions=(cart.version, cart.version),
        before=figures,
        after=figures,
        code=code,
        message=refusal.message,
    )

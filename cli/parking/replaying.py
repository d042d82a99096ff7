"""`cart parking replay`: parked messages are sent again, one after the other."""

from collections import Counter
from dataclasses import dataclass, field

import typer

from cartwright import (
    CartClient,
    ClientError,
    DialectReply,
    NotReplayable,
    ParkedMessage,
    Parking,
    Replay,
    Replayed,
    Wanted,
)
from cartwright.wire.refusals import ErrorCode
from cartwright.wire.refused import CommandRefused
from cartwright.wire.replies import CartOutcome
from cli.exits import Exit, fail
from cli.output import describe_change, describe_price_change, print_refusal
from cli.parking.looking import report_unknown, visit
from cli.parking.showing import echo_json, plain


@dataclass(slots=True)
class ReplayReport:
    """Tells what came of each replay, and counts."""

    dry_run: bool
    as_json: bool
    outcomes: Counter[str] = field(default_factory=Counter)

    def tell(self, message: ParkedMessage, replayed: Replayed) -> None:
        """Print what came of one message."""
        self.outcomes[replayed.outcome] += 1
        if self.as_json:
            self._print(message, replayed.outcome, replayed.parked, replayed.message_id, _reply(replayed))
            return
        typer.echo(f"{_about(message)}: {replayed.outcome}{', still parked' if replayed.parked else ''}")
        reply = replayed.reply
        if isinstance(reply, CommandRefused):
            print_refusal(reply)
            if self.dry_run and reply.error.code == ErrorCode.IDEMPOTENCY_MISMATCH:
                typer.echo("  its message id has taken effect before: a replay is a duplicate, or is refused", err=True)
        elif isinstance(reply, DialectReply):
            typer.echo(f"  {reply.http_status} {plain(reply.raw.decode(errors='backslashreplace'))}")
        elif isinstance(reply, CartOutcome) and self.dry_run:
            for change in reply.changes:
                typer.echo(f"  {plain(describe_change(change))}")
            for moved in reply.price_changes:
                typer.echo(f"  {plain(describe_price_change(moved))}")

    def tell_why_not(self, message: ParkedMessage, error: NotReplayable) -> None:
        """Print why one was not sent."""
        self.outcomes["not-sent"] += 1
        if self.as_json:
            self._print(message, "not-sent", True, None, str(error))
        else:
            typer.echo(f"{_about(message)}: not sent, still parked: {error}")

    @property
    def failed(self) -> bool:
        """Whether any was refused, or not sent."""
        return bool(self.outcomes["refused"] or self.outcomes["not-sent"])

    def _print(self, message: ParkedMessage, outcome: str, parked: bool, sent_as: str | None, reply: object) -> None:
        fields = {"id": message.id, "messageId": message.message_id, "sentAs": sent_as, "outcome": outcome}
        echo_json({**fields, "parked": parked, "dryRun": self.dry_run, "reply": reply}, indent=None)


def replay_parked(wanted: Wanted, how: Replay, seconds: float, *, as_json: bool) -> None:
    """Replay in the order in which they were parked; end with `REFUSED` if one did not take effect."""
    report = ReplayReport(how.dry_run, as_json)

    async def act(_client: CartClient, parking: Parking) -> list[ParkedMessage]:
        if how.body is not None and len(parking.messages) > 1:
            fail(f"--body is for one message, and {len(parking.messages)} are meant", Exit.USAGE)
        for message in parking.messages:
            try:
                report.tell(message, await parking.replay(message, how, within=seconds))
            except NotReplayable as error:
                report.tell_why_not(message, error)
            except ClientError:
                typer.echo(f"{_about(message)}: unknown; it is still parked, and so is what comes after it", err=True)
                raise
        return parking.messages

    messages = visit(wanted, act, connected=True)
    if not as_json:
        counted = ", ".join(f"{number} {outcome}" for outcome, number in report.outcomes.items())
        typer.echo(f"{len(messages)} messages{': ' if counted else ''}{counted}")
    report_unknown(wanted, messages)
    if report.failed:
        raise typer.Exit(Exit.REFUSED)


def _about(message: ParkedMessage) -> str:
    cart = f" {message.cart_id}" if message.cart_id else ""
    return plain(f"{message.id} {message.routing_key}{cart}")


def _reply(replayed: Replayed) -> object:
    reply = replayed.reply
    if isinstance(reply, DialectReply):
        return {"httpStatus": reply.http_status, "body": reply.body}
    return reply.model_dump(mode="json", by_alias=True, exclude_unset=True)

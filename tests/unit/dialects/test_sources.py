"""A call that can't be executed is put off as any command is; once it is given up, its dialect says so."""

import json
from typing import Any

import pytest

from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Refused
from support.deliveries import MESSAGES, READ_AT, delivery, work_of
from support.dialects import SELF_SAYING
from workers.consume.dialect_calls import dialect_call
from workers.publish.amqp_source import AmqpSource

DIALECT = {"dialect": SELF_SAYING.name, "cart-id": "c-1"}


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.consume.dialect_calls.dialects", lambda: {SELF_SAYING.name: SELF_SAYING})


def source_of(**fields: Any) -> AmqpSource:
    given = delivery(routing_key="acme.do", **{"headers": DIALECT, **fields})
    return AmqpSource(given, MESSAGES, dialect_call(given))


def test_what_is_put_off_stays_in_its_dialect() -> None:
    source = source_of()
    [again] = source.put_off(work_of(source.delivery))
    assert {name: again.headers[name] for name in DIALECT} == DIALECT
    assert (again.routing_key, again.body, again.reply_to) == ("acme.do", b"{}", "reply.x")


def test_what_is_given_up_is_answered_in_its_dialect_and_parked() -> None:
    source = source_of(headers={**DIALECT, "cart-attempts": 1000})
    reply, parked = source.put_off(work_of(source.delivery))
    assert json.loads(reply.body) == {"oops": "temporarily-unavailable", "at": [], "read": False}
    assert (reply.headers["http-status"], reply.type) == (503, "command-refused")
    assert {name: parked.headers[name] for name in DIALECT} == DIALECT


def test_a_dead_letter_is_answered_in_its_dialect() -> None:
    source = source_of()
    assert source.call is not None
    source.call.came(source.delivery, READ_AT)
    reply, _ = source.give_up(Refused(Refusal(ErrorCode.INTERNAL, "delivered too often")))
    assert (json.loads(reply.body)["oops"], reply.headers["http-status"]) == ("internal", 500)


def test_a_dialect_that_fails_to_refuse_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.dialects.http_status", lambda code: 1 / 0)
    [reply] = source_of().answer(Refused(Refusal(ErrorCode.INVALID, "no")))
    assert json.loads(reply.body)["error"]["code"] == "invalid"
    assert reply.headers["http-status"] == 400


@pytest.mark.parametrize("name", ["klingon", "", "canonical", None, 7, ["self-saying"]])
def test_other_names_are_no_dialects(name: Any) -> None:
    assert source_of(headers={"dialect": name}).call is None

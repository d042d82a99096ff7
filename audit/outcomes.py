"""The outcome of every command: G1, G2 and G8."""

from collections import Counter, defaultdict

from audit.findings import Finding, Findings
from audit.history import Body, History, Sent
from audit.kept import Kept
from cartwright.wire.refusals import ErrorCode
from storage.records import CommandKey

_LOST = "told to be applied, but not kept"


def one_outcome(history: History, kept: Kept) -> Findings:
    """G1: a confirmed command ended in exactly one of applied, refused, parked; a query or dry run, in an answer."""
    for sent in history.sent.values():
        outcomes = _outcomes(sent, history, kept)
        if len(outcomes) != 1 or _LOST in outcomes:
            yield Finding("G1", sent.message_id, f"ended as {' and '.join(sorted(outcomes)) or 'nothing'}")


def applied_once(history: History, kept: Kept) -> Findings:
    """G2: a command made one version at most, and every answer to it names that version."""
    versions: dict[CommandKey, set[tuple[str, int]]] = defaultdict(set)
    for event in history.versions:
        key = CommandKey(kept.tenant, event.fields["commandId"], "jobId" in event.fields)
        versions[key].add((event.fields["cartId"], event.fields["version"]))
    for cart_id, journal in kept.journals.items():
        for entry in journal:
            versions[entry.key].add((cart_id, entry.version))
    for entry in (*kept.entries.values(), *kept.job_entries.values()):
        versions[entry.key].add((entry.cart_id, entry.version))
    for message_id in kept.entries:
        for reply in _accepted(message_id, history):
            versions[CommandKey(kept.tenant, message_id)].add((reply["cartId"], reply["version"]))
    for key, made in versions.items():
        if len(made) > 1:
            yield Finding("G2", key.command_id, f"is told to have made {sorted(made)}")
    yield from _revised_once(history, kept)


def _revised_once(history: History, kept: Kept) -> Findings:
    """A message makes one revision at most; one that made a version, too, is a call that brought both."""
    made = Counter(revision.command_id for revision in kept.revisions)
    for revision in kept.revisions:
        message_id, entry = revision.command_id, kept.entries.get(revision.command_id)
        another = entry is not None and entry.body_hash != revision.body_hash
        if made[message_id] > 1 or another:
            yield Finding("G2", message_id, f"made {made[message_id]} revisions and {int(entry is not None)} versions")
    for message_id, record in kept.catalog.items():
        told = {reply["catalogRevision"] for reply in _accepted(message_id, history)}
        if told - {record.revision}:
            yield Finding("G2", message_id, f"led to revision {record.revision}, but told of {sorted(told)}")


def answered(history: History, _: Kept) -> Findings:
    """G8: every command with a reply address that leads somewhere was answered."""
    for sent in history.sent.values():
        if sent.answerable and sent.message_id not in history.replies:
            yield Finding("G8", sent.message_id, "was never answered")
    for message_id in history.reused:
        if not any(_mismatch(reply) for reply in history.replies.get(message_id, [])):
            yield Finding("G8", message_id, "was sent with another body, which was never answered")


def _outcomes(sent: Sent, history: History, kept: Kept) -> set[str]:
    message_id = sent.message_id
    outcomes = set()
    if message_id in kept.entries or message_id in kept.catalog or message_id in kept.steered:
        outcomes.add("applied")
    elif _accepted(message_id, history):
        outcomes.add(_LOST if sent.writes else "answered")
    parked = history.parked.get(message_id, [])
    if parked:
        outcomes.add("parked")
    refusals = [each for each in history.replies.get(message_id, []) if each["type"] == "command-refused"]
    if message_id in history.reused:
        refusals = [each for each in refusals if not _mismatch(each)]
    # A command that is parked because it was given up is also refused with that code: one outcome.
    if any(each["error"]["code"] not in parked for each in refusals):
        outcomes.add("refused")
    return outcomes


def _mismatch(reply: Body) -> bool:
    """Whether another command under the same message id was refused."""
    return bool(reply["type"] == "command-refused" and reply["error"]["code"] == ErrorCode.IDEMPOTENCY_MISMATCH)


def _accepted(message_id: str, history: History) -> list[Body]:
    return [each for each in history.replies.get(message_id, []) if each["type"] != "command-refused"]

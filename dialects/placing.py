"""Where a call says what a refusal is about: pointers into the data of canonical commands lead into the call again."""

import re

from cartwright.wire.refusals import Refusal, is_below
from dialects.dialect import Plan, Step

_CATALOG = re.compile(r"/data/catalog/(\d+)")
_STEP = re.compile(r"/data/steps/(\d+)")
_ENVELOPE = {
    "/cartId": "/parameters",
    "/version": "/parameters/version",
    "/dryRun": "/parameters/dryRun",
    "/reason": "/parameters/reason",
}


def in_call(refusal: Refusal, plan: Plan) -> Refusal:
    """The refusal with its problems where the call has what they are about, as far as the plan says so.

    A message that names the place of the first problem names that of the call.
    """
    moved = refusal.moved(lambda path: _place(path, plan))
    if not refusal.problems or not refusal.problems[0].path:
        return moved
    message = refusal.message.replace(refusal.problems[0].path, moved.problems[0].path, 1)
    return Refusal(moved.code, message, details=moved.details, problems=moved.problems)


def _place(path: str, plan: Plan) -> str:
    if path in _ENVELOPE:
        return _ENVELOPE[path]
    for pattern, steps in ((_STEP, plan.steps), (_CATALOG, plan.catalog)):
        numbered = pattern.match(path)
        if numbered is not None and int(numbered[1]) < len(steps):
            return _in_step(path[numbered.end() :], steps[int(numbered[1])])
    if not is_below(path, "/data") or is_below(path, "/data/opening"):
        return path
    return _in_step(path.removeprefix("/data"), plan.steps[0])


def _in_step(rest: str, step: Step) -> str:
    known = [place for place in step.places if not place or is_below(rest, place)]
    if not known:
        return f"/data{rest}"
    nearest = max(known, key=len)
    return step.places[nearest] + rest[len(nearest) :]

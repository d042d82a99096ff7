"""Problems of canonical commands, at the places of the call that they are about."""

import pytest

from cartwright.wire.refusals import ErrorCode, Problem, Refusal
from dialects.dialect import Plan, Step
from dialects.placing import in_call

ONE = Plan((Step("add-items", {}, {"/items": "/body/wanted", "/items/1": "/body/other"}),))
TWO = Plan((Step("add-items", {}, {"": "/body/first"}), Step("update-products", {})))


@pytest.mark.parametrize(
    ("plan", "path", "place"),
    [
        (ONE, "/data/items/0/quantity", "/body/wanted/0/quantity"),
        (ONE, "/data/items/1/quantity", "/body/other/quantity"),
        (ONE, "/data/items/10", "/body/wanted/10"),
        (ONE, "/data/itemsets", "/data/itemsets"),
        (ONE, "/data", "/data"),
        (ONE, "/version", "/parameters/version"),
        (ONE, "/reason", "/parameters/reason"),
        (ONE, "/body/x", "/body/x"),
        (TWO, "/data/steps/0", "/body/first"),
        (TWO, "/data/steps/0/items/0", "/body/first/items/0"),
        (TWO, "/data/steps/1/products/0", "/data/products/0"),
        (TWO, "/data/opening/currency", "/data/opening/currency"),
    ],
)
def test_places(plan: Plan, path: str, place: str) -> None:
    refusal = Refusal(ErrorCode.INVALID, "no", details={"a": 1}, problems=[Problem(path, "missing", "gone")])
    moved = in_call(refusal, plan)
    assert moved.problems == (Problem(place, "missing", "gone"),)
    assert (moved.code, moved.message, moved.details) == (refusal.code, refusal.message, refusal.details)


def test_a_message_names_the_place_in_the_call() -> None:
    problem = Problem("/data/items/0/quantity", "missing", "Field required")
    refusal = Refusal(ErrorCode.INVALID, f"Not valid: {problem.path} {problem.message}", problems=[problem])
    assert in_call(refusal, ONE).message == "Not valid: /body/wanted/0/quantity Field required"

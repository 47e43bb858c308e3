"""A request that is part of a trace is logged as part of it, and no answer shows a thing of that."""

import re

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from hub.api.trace import follow
from tests.chain import Chain
from tests.front_door import knock

# The example of the standard, section 3.2.3.
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GIVEN = f"00-{TRACE}-{PARENT}-01"
NEVER = {
    "none": "",
    "no version": f"{TRACE}-{PARENT}-01",
    "forbidden version": f"ff-{TRACE}-{PARENT}-01",
    "capitals": GIVEN.upper(),
    "a trace of zeros": f"00-{'0' * 32}-{PARENT}-01",
    "a parent of zeros": f"00-{TRACE}-{'0' * 16}-01",
    "too short": GIVEN[:-1],
    "more than version 00 has": f"{GIVEN}-00",
    "glued on": f"{GIVEN}0",
    "twice": f"{GIVEN},{GIVEN}",
    "other digits": GIVEN.replace("4", "٤"),
    "a line break": f"{GIVEN}\n",
    "a number that could be somebody's": f"00-{'9900000017'.zfill(32)}-{PARENT}-01",
}


def test_a_valid_trace_goes_on_with_a_part_of_our_own() -> None:
    trace = follow(GIVEN)
    assert (trace.trace_id, trace.parent_id, trace.sampled) == (TRACE, PARENT, True)
    assert re.fullmatch("[0-9a-f]{16}", trace.span_id)
    assert trace.span_id != PARENT
    assert trace.traceparent == f"00-{TRACE}-{trace.span_id}-01"


def test_a_trace_that_is_not_sampled_stays_so() -> None:
    assert follow(f"00-{TRACE}-{PARENT}-00").traceparent.endswith("-00")


@pytest.mark.parametrize("later", [f"01-{TRACE}-{PARENT}-01", f"cc-{TRACE}-{PARENT}-03-what-comes-later"])
def test_a_later_version_is_read_as_far_as_we_know_it(later: str) -> None:
    trace = follow(later)
    assert trace.trace_id == TRACE
    assert trace.traceparent.startswith("00-")


@pytest.mark.parametrize("header", NEVER.values(), ids=NEVER.keys())
def test_anything_else_begins_a_new_trace(header: str) -> None:
    first, second = follow(header), follow(header)
    assert first.trace_id not in (second.trace_id, TRACE)
    assert re.fullmatch("[0-9a-f]{32}", first.trace_id)
    assert first.parent_id == ""


def test_a_part_of_digits_only_is_not_repeated() -> None:
    trace = follow(f"00-{TRACE}-{'9900000017'.zfill(16)}-01")
    assert (trace.trace_id, trace.parent_id) == (TRACE, "")


class TestAtTheDoor:
    @pytest.fixture
    def dialect(self) -> str:
        """A header touches no database: one is enough."""
        return "sqlite"

    def test_the_log_line_of_a_request_has_its_trace_and_the_next_one_does_not(self, chain: Chain) -> None:
        with capture_logs(processors=[merge_contextvars]) as lines:
            knock(chain.app, "GET", "/health/live", None, {"traceparent": GIVEN})
            knock(chain.app, "GET", "/health/live", None, {})
        first, second = (line for line in lines if line["event"] == "request")
        assert (first["trace_id"], first["parent_id"]) == (TRACE, PARENT)
        assert second["trace_id"] != TRACE
        assert "parent_id" not in second

    def test_no_answer_differs_by_a_trace(self, chain: Chain) -> None:
        path = "/api/v1/postvak/niemand"
        answers = [knock(chain.app, "GET", path, None, {"traceparent": given}) for given in (GIVEN, "onzin", "")]
        assert len({str(answer.without_date) for answer in answers}) == 1
        assert TRACE not in str(answers)

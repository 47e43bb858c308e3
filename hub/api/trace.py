"""
Ties log lines of one request together, across the systems that it went through: W3C Trace Context, level 1.

A trace is a number in a header. It is logged and nothing else: no answer repeats it, so that equal refusals stay equal.
"""

import re
from dataclasses import dataclass
from secrets import token_hex

import structlog
from flask import Request

# Section 3.2.2. Of a later version (but ff) the same parts are read, and whatever follows is left alone.
TRACEPARENT = re.compile(r"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?", re.ASCII)
FIRST_VERSION_LENGTH = 55
SAMPLED = 0x01


@dataclass(frozen=True)
class Trace:
    """Where this request stands in a trace: the trace's number, our own part of it, and whose part came before."""

    trace_id: str
    span_id: str
    parent_id: str = ""
    sampled: bool = False

    @property
    def traceparent(self) -> str:
        """As it goes on to a next system (section 3.2), with our part as the one before."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"


def begin(request: Request) -> Trace:
    """Continue the trace that the caller is in, or begin one; every log line of this request gets its numbers."""
    trace = follow(request.headers.get("traceparent", ""))
    parent = {"parent_id": trace.parent_id} if trace.parent_id else {}
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(trace_id=trace.trace_id, span_id=trace.span_id, **parent)
    return trace


def follow(traceparent: str) -> Trace:
    """The caller's trace with a new part for us, or a new trace when this is no valid header (section 4.3)."""
    read = TRACEPARENT.fullmatch(traceparent)
    if read is None or (read[1] == "00" and len(traceparent) != FIRST_VERSION_LENGTH):
        return _new()
    _, trace_id, parent_id, flags = read.groups()
    # All zeros is no number. Digits alone may be somebody's V-number, put there to be logged: by chance such a
    # trace is as rare as one in three million; of the caller's part one in two thousand, so that is only left out.
    if trace_id.isdigit() or not int(parent_id, 16):
        return _new()
    parent = "" if parent_id.isdigit() else parent_id
    return Trace(trace_id, token_hex(8), parent, bool(int(flags, 16) & SAMPLED))


def _new() -> Trace:
    return Trace(token_hex(16), token_hex(8))

"""A flood of strangers fills the log with so many lines a minute, and one that says how many there were."""

from structlog.testing import capture_logs

from hub.watch import SecurityLog


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_after_so_many_lines_in_a_minute_the_rest_is_only_counted() -> None:
    seconds = Seconds()
    watch = SecurityLog(lines=3, clock=seconds)
    with capture_logs() as lines:
        for _ in range(10):
            watch.warn("token_refused", error="invalid_client")
        assert [line["event"] for line in lines] == ["token_refused"] * 3
        seconds.now = 60
        watch.warn("token_refused", error="invalid_token")
    marked = {"logger": "security", "log_level": "warning"}
    assert lines[3:] == [
        {"event": "lines_left_out", "count": 7, **marked},
        {"event": "token_refused", "error": "invalid_token", **marked},
    ]


def test_the_count_comes_with_any_request_of_the_next_minute_and_once() -> None:
    seconds = Seconds()
    watch = SecurityLog(lines=1, clock=seconds)
    with capture_logs() as lines:
        watch.warn("token_refused")
        watch.warn("token_refused")
        watch.tick()
        assert len(lines) == 1
        seconds.now = 61
        watch.tick()
        watch.tick()
        seconds.now = 200
        watch.tick()
    assert [line.get("count") for line in lines] == [None, 1]

"""One line of JSON per event, on standard error: fixed words and numbers, never a person."""

import sys

import structlog


def set_up_logs() -> None:
    """Log as JSON lines, with the time in UTC."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def silence_logs() -> None:
    """Only what is wrong: for commands that show their own progress."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )

"""Log lines: coloured for a person at a terminal, JSON for everything else; always to stderr."""

import logging
import sys

import structlog

_FOR_A_PERSON = (
    # Its default prints the locals of every frame, and a local may hold a password.
    structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
)
_FOR_A_PROGRAM = (structlog.processors.format_exc_info, structlog.processors.JSONRenderer())


def configure_logs() -> None:
    """Set up structlog and quiet the libraries that talk too much."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    person = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            *(_FOR_A_PERSON if person else _FOR_A_PROGRAM),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )

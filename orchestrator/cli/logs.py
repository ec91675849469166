"""Log lines: coloured for a person at a terminal, JSON for everything else; always to stderr."""

import logging
import sys

import structlog


def configure_logs() -> None:
    """Set up structlog and quiet the libraries that talk too much."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    person = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.dev.ConsoleRenderer() if person else structlog.processors.format_exc_info,
            *(() if person else (structlog.processors.JSONRenderer(),)),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )

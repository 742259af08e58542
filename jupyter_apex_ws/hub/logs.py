"""Log lines that nobody can forge or flood: bounded, without control characters."""

import logging
import re
from typing import Final

_LONGEST: Final = 1000
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class PlainLines(logging.Formatter):
    """One line a record, plus those of its traceback; each at most 1 kB."""

    def format(self, record: logging.LogRecord) -> str:
        line = logging.Formatter.format(self, _without_traceback(record))
        lines = [line]
        if record.exc_info:
            lines += self.formatException(record.exc_info).splitlines()
        return "\n".join(_bounded(line) for line in lines)


def _without_traceback(record: logging.LogRecord) -> logging.LogRecord:
    copy = logging.makeLogRecord(record.__dict__)
    copy.exc_info = copy.exc_text = copy.stack_info = None
    return copy


def _bounded(line: str) -> str:
    plain = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", line)
    if len(plain.encode(errors="backslashreplace")) <= _LONGEST:
        return plain
    return plain.encode(errors="backslashreplace")[: _LONGEST - 4].decode(errors="ignore") + " …"


def configure() -> None:
    """Log to stderr. The libraries' lines about each request are left out: they would hold addresses."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainLines("%(asctime)s %(levelname).1s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


_QUIET: Final = {
    "alembic": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "tornado.application": logging.CRITICAL,
    "uvicorn.access": logging.CRITICAL,
}

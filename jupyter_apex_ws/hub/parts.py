"""The parts of the running service, put together in one place."""

from dataclasses import dataclass
from typing import Any

@dataclass
class Caller:
    person: Any

@dataclass
class Parts:
    files: Any

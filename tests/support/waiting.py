"""Waiting for something that happens soon, without knowing when."""

import time
from collections.abc import Callable


def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Return once `true()` is; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"did not come to be within {seconds} s"
        time.sleep(0.02)

"""How often one person may ask what could be used to collect names."""

import threading
import time
from collections.abc import Callable
from typing import Final

from ..core.errors import TooMany

_PEOPLE: Final = 10_000


class Limiter:
    """A bucket of `burst` requests for each key, filled at `rate` a second."""

    def __init__(self, *, burst: int, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._rate = rate
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Raises TooMany."""
        with self._lock:
            now = self._clock()
            left, since = self._buckets.get(key, (float(self._burst), now))
            left = min(float(self._burst), left + (now - since) * self._rate)
            if left < 1:
                raise TooMany("Too many requests. Wait a moment.", retry_after=max(1, round(1 / self._rate)))
            if len(self._buckets) >= _PEOPLE:
                self._drop_full(now)
            self._buckets[key] = (left - 1, now)

    def _drop_full(self, now: float) -> None:
        """Forget those whose bucket is full again."""
        full = self._burst / self._rate
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if now - bucket[1] < full}

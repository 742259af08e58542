"""Who is behind a token: asked of the hub, remembered for seconds, never guessed."""

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

import anyio.to_thread
from jupyterhub.services.auth import HubAuth, check_scopes
from tornado.web import HTTPError

from ..core.errors import Unauthenticated, Unavailable
from ..core.ports import HubDirectory, HubUser

_KNOWN: Final = 20_000
_REFUSED: Final = 10_000
_REFUSED_SECONDS: Final = 5.0
_HUB_SECONDS: Final = 8.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Caller:
    """A person who asks. `person` is our id; `scopes` are those of the token, `key` is a hash of it."""

    person: str
    name: str
    created: str
    scopes: frozenset[str]
    key: bytes = field(repr=False)
    token: str = field(repr=False)
    valid_until: float

    def may(self, scope: str) -> bool:
        """Whether the token carries one of our scopes for its own person. Others' are worth nothing here."""
        return bool(check_scopes({f"custom:apex-ws:{scope}!user={self.name}"}, set(self.scopes)))


class TokenCheck(Protocol):
    """The hub's own client."""

    async def model(self, token: str) -> Mapping[str, object] | None:
        """The hub's model of the token's owner, None for a token that is no good. Raises Unavailable."""


class HubTokenCheck:
    """`HubAuth`, with its errors in our words. It caches nothing: `Callers` does, and bounds it."""

    def __init__(self, api_url: str, api_token: str) -> None:
        self._auth = HubAuth(api_url=api_url, api_token=api_token, cache_max_age=30)

    async def model(self, token: str) -> Mapping[str, object] | None:
        asked = self._auth.user_for_token(token, use_cache=False, sync=False)
        try:
            found: Mapping[str, object] | None = await asyncio.wait_for(asked, _HUB_SECONDS)
        except (HTTPError, TimeoutError, ValueError) as error:
            raise _no_answer() from error
        # Whatever stands where the hub should: what it says is no hub's model of somebody.
        if found is not None and not (isinstance(found, Mapping) and isinstance(found.get("name"), str)):
            raise _no_answer()
        return found


class Callers:
    """Tokens and whose they are.

    A token belongs to one account for all its life and dies with it. So the account's creation time is
    asked once for each token, and between two questions whether the token is good: were the account removed
    and made anew meanwhile, the second one would fail.
    """

    def __init__(
        self,
        check: TokenCheck,
        directory: HubDirectory,
        welcome: Callable[[HubUser], str],
        *,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._check = check
        self._directory = directory
        self._welcome = welcome
        self._seconds = seconds
        self._clock = clock
        self._known: OrderedDict[bytes, Caller] = OrderedDict()
        self._refused: OrderedDict[bytes, float] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Caller]] = {}

    async def behind(self, token: str) -> Caller:
        """The person. Raises Unauthenticated, or Unavailable while the hub does not answer."""
        key = hashlib.sha256(token.encode()).digest()
        known = self._known.get(key)
        if known is not None and self._clock() < known.valid_until:
            return known
        if self._refused.get(key, 0.0) > self._clock():
            raise _not_signed_in()
        # Requests with one token that come together ask the hub once.
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(token, key))
            self._asking[key] = task
            task.add_done_callback(lambda done: self._asked(key, done))
        return await asyncio.shield(task)

    def forget_except(self, people: Mapping[str, str]) -> None:
        """Forget tokens of accounts that the hub does not have any more. `people`: name -> creation time."""
        for key, caller in list(self._known.items()):
            if people.get(caller.name) != caller.created:
                del self._known[key]

    def _asked(self, key: bytes, task: "asyncio.Task[Caller]") -> None:
        self._asking.pop(key, None)
        if not task.cancelled():
            task.exception()  # each waiter got it

    async def _ask(self, token: str, key: bytes) -> Caller:
        model = await self._check.model(token)
        known = self._known.get(key)
        if model is None or model.get("kind") != "user":
            self._refuse(key)
            raise _not_signed_in()
        name = str(model["name"])
        if known is not None and known.name == name:
            person, created = known.person, known.created
        else:
            person, created = await self._account(token, name, key)
        scopes = model.get("scopes")
        caller = Caller(
            person=person,
            name=name,
            created=created,
            scopes=frozenset(map(str, scopes)) if isinstance(scopes, list) else frozenset(),
            key=key,
            token=token,
            valid_until=self._clock() + self._seconds,
        )
        _put(self._known, key, caller, _KNOWN)
        return caller

    async def _account(self, token: str, name: str, key: bytes) -> tuple[str, str]:
        account = await anyio.to_thread.run_sync(self._directory.user, name)
        again = await self._check.model(token)
        if account is None or again is None or again.get("name") != name:
            self._refuse(key)
            raise _not_signed_in()
        return await anyio.to_thread.run_sync(self._welcome, account), account.created

    def _refuse(self, key: bytes) -> None:
        self._known.pop(key, None)
        _put(self._refused, key, self._clock() + _REFUSED_SECONDS, _REFUSED)


Value = TypeVar("Value")


def _put(cache: OrderedDict[bytes, Value], key: bytes, value: Value, most: int) -> None:
    cache[key] = value
    cache.move_to_end(key)
    while len(cache) > most:
        cache.popitem(last=False)


def _no_answer() -> Unavailable:
    return Unavailable("The hub does not answer. Try again in a moment.", retry_after=5)


def _not_signed_in() -> Unauthenticated:
    return Unauthenticated(
        "This token is not known to the hub, or not any more. Sign in again for a new one."
    )

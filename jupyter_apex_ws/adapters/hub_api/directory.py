"""People and groups of the hub (`read:users`, `list:users`, `read:groups`, `list:groups`)."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from types import TracebackType
from typing import Final, Generic, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ...core.errors import Unavailable
from ...core.ports import HubUser

_PAGED: Final = "application/jupyterhub-pagination+json"
_PAGE: Final = 200
_OVERLAP: Final = 20
_TRIES: Final = 3
_TIMEOUT: Final = 5.0


class _FromHub(BaseModel):
    """What we read of an answer; the hub sends more."""

    model_config = ConfigDict(extra="ignore")


class _User(_FromHub):
    name: str
    created: str
    admin: bool = False
    groups: list[str] = Field(default_factory=list)

    def as_hub_user(self) -> HubUser:
        return HubUser(self.name, self.created, self.admin, tuple(self.groups))


class _Group(_FromHub):
    name: str
    users: list[str]


class _Pagination(_FromHub):
    next: dict[str, object] | None


Item = TypeVar("Item", _User, _Group)


class _Page(_FromHub, Generic[Item]):
    items: list[Item]
    pagination: _Pagination = Field(alias="_pagination")


_ONE_USER = TypeAdapter(_User)
_USERS = TypeAdapter(_Page[_User])
_GROUPS = TypeAdapter(_Page[_Group])


class _Torn(Exception):
    """Rows went away between two pages, so that some may have been stepped over."""


class HubApi:
    """`core.ports.HubDirectory` over HTTP. Safe to use from several threads."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=url.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def user(self, name: str) -> HubUser | None:
        """One person, None where the hub has nobody of that name. Raises Unavailable."""
        if name in (".", ".."):
            return None  # in an address they would mean another one
        answer = self._get("users/" + quote(name, safe=""))
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        return _read(answer, _ONE_USER).as_hub_user()

    def users(self) -> Iterable[HubUser]:
        """Everybody. Raises Unavailable, never gives a part."""
        return [user.as_hub_user() for user in self._all("users", _USERS)]

    def groups(self) -> dict[str, tuple[str, ...]]:
        """All groups with their members. Raises Unavailable, never gives a part."""
        return {group.name: tuple(group.users) for group in self._all("groups", _GROUPS)}

    def _all(self, what: str, adapter: TypeAdapter[_Page[Item]]) -> Iterable[Item]:
        for _ in range(_TRIES):
            try:
                return list(self._pages(what, adapter))
            except _Torn:
                continue
        raise _no_answer()

    def _pages(self, what: str, adapter: TypeAdapter[_Page[Item]]) -> Iterator[Item]:
        """All rows. Pages overlap: what goes meanwhile moves rows forward, and none may be stepped over."""
        seen: set[str] = set()
        offset = 0
        while True:
            answer = self._get(what, {"offset": offset, "limit": _PAGE})
            page = _read(answer, adapter)
            if offset and seen.isdisjoint(item.name for item in page.items):
                raise _Torn
            for item in page.items:
                if item.name not in seen:
                    seen.add(item.name)
                    yield item
            if page.pagination.next is None:
                return
            offset += max(1, len(page.items) - _OVERLAP)

    def _get(self, path: str, query: dict[str, int] | None = None) -> httpx.Response:
        try:
            return self._client.get(path, params=query, headers={"Accept": _PAGED})
        except httpx.HTTPError as error:
            raise _no_answer() from error


Read = TypeVar("Read")


def _read(answer: httpx.Response, adapter: TypeAdapter[Read]) -> Read:
    if answer.status_code == HTTPStatus.FORBIDDEN:
        raise Unavailable("The hub does not let this service ask. Tell its operator to use configure(c).")
    if answer.status_code != HTTPStatus.OK:
        raise _no_answer()
    try:
        return adapter.validate_json(answer.content)
    except ValidationError as error:
        raise _no_answer() from error


def _no_answer() -> Unavailable:
    return Unavailable("The hub does not answer. Try again in a moment.", retry_after=5)

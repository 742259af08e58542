"""Search over what others share: an index proposes, the rules and the disk decide at the answer (D13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from ..contract.problems import FieldError
from ..contract.search import Hit, HitPage, SearchScope
from . import entries, paths, principals, reach
from .access import Act
from .entering import Ground
from .errors import Invalid, NotFound
from .ports import Reading, RelPath
from .reach import Access, Below

MOST: Final = 500
"""How far a search goes: who wants more than this types another letter."""


@dataclass(frozen=True)
class Proposal:
    """Something that matched when it was last looked at. `path` begins with the share's own name."""

    share: str
    path: RelPath


class NameIndex(Protocol):
    """Names in shares, by the share's id. It may be old, or empty: nothing is answered from it alone."""

    def propose(self, text: str, shares: Iterable[str], limit: int) -> tuple[list[Proposal], int]:
        """The best matches, best first, and how many there are. Raises Invalid, TooMany."""


class Search:
    """The use case. Own files are not searched here: the hub does not index homes."""

    def __init__(self, ground: Ground, index: NameIndex) -> None:
        self._ground = ground
        self._index = index

    def find(
        self, person: str, text: str, scope: SearchScope, *, limit: int, cursor: str | None = None
    ) -> HitPage:
        """What matches in everything that is shared with the person. Raises Invalid."""
        if scope is SearchScope.MINE:
            detail = "Your own files are searched by your own server. Ask here for `shared` or `all`."
            raise Invalid(
                "Own files are not searched here.", errors=[FieldError(pointer="?scope", detail=detail)]
            )
        now = self._ground.clock()
        with self._ground.database.reading() as tx:
            subject = principals.subject(tx, person)
            shares = {access.address: access for access in reach.shares(tx, subject, now=now)}
            proposals, total = self._index.propose(text, shares, MOST)
            seeing = _Seeing(self._ground, tx, shares)
            return _page(seeing, proposals, limit, cursor, counted=total <= MOST)


class _Seeing:
    """Turns proposals into hits, and drops what is not there, not the person's, or not what it was."""

    def __init__(self, ground: Ground, tx: Reading, shares: dict[str, Access]) -> None:
        self._ground = ground
        self._tx = tx
        self._shares = shares
        self._below: dict[str, Below] = {}

    def hit(self, proposal: Proposal) -> Hit | None:
        access = self._shares[proposal.share]
        path = proposal.path[1:]
        below = self._rules(proposal.share, access)
        if access.full[-1:] != proposal.path[:1] or Act.LIST not in below.acts(path):
            return None
        try:
            stat = self._ground.store.stat(access.anchor, access.path + path)
        except NotFound:
            return None
        entry = entries.described(access, below, path, stat)
        owner = self._tx.principal(access.workspace.owner)
        if owner is None:
            return None
        return Hit(
            **dict(entry),
            workspace=access.address,
            share_name=paths.display_name(access.full[-1]),
            owner=principals.shown(owner, None),
        )

    def _rules(self, share: str, access: Access) -> Below:
        if share not in self._below:
            self._below[share] = reach.below(self._tx, access, now=self._ground.clock(), deep=True)
        return self._below[share]


def _page(
    seeing: _Seeing, proposals: list[Proposal], limit: int, cursor: str | None, *, counted: bool
) -> HitPage:
    """All proposals are looked at, so that what is counted is what can be seen."""
    found = [(proposal, hit) for proposal in proposals if (hit := seeing.hit(proposal)) is not None]
    start = 0 if cursor is None else _after(found, _read(cursor))
    shown = found[start : start + limit]
    more = start + limit < len(found)
    return HitPage(
        items=[hit for _, hit in shown],
        total=len(found) if counted else None,
        next_cursor=_written(start + limit, shown[-1][0]) if more else None,
    )


def _after(found: list[tuple[Proposal, Hit]], place: tuple[int, Proposal]) -> int:
    """Behind the hit that the page before ended with; where that is gone, where it was."""
    number, last = place
    for at, (proposal, _) in enumerate(found):
        if proposal == last:
            return at + 1
    return number


def _written(number: int, last: Proposal) -> str:
    return entries.write_cursor(b"/".join([str(number).encode(), last.share.encode(), *last.path]))


def _read(cursor: str) -> tuple[int, Proposal]:
    try:
        number, share, *path = entries.read_cursor(cursor).split(b"/")
        return max(0, min(int(number), MOST)), Proposal(share.decode("ascii"), tuple(path))
    except ValueError as error:
        raise entries.foreign_cursor() from error

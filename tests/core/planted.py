"""Planted faults: each is one change of the product's source that the oracle must notice.

Run as a program, it makes a copy of the package with one of them and asks until the two disagree:
`python planted.py <number> <directory> <questions>` prints what was found and ends with 0; 3 if nothing was.
"""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "jupyter_apex_ws"
FOUND, UNNOTICED = 0, 3


@dataclass(frozen=True)
class Fault:
    """In the file, `was` becomes `wrong`. `was` must be there exactly once."""

    name: str
    file: str
    was: str
    wrong: str

    def plant(self, package: Path) -> None:
        source = package / self.file
        text = source.read_text()
        if text.count(self.was) != 1:
            raise ValueError(f"{self.name}: {text.count(self.was)} places in {self.file}")
        source.write_text(text.replace(self.was, self.wrong))


ACCESS, VISIBLE, REACH = "core/access.py", "adapters/database/visible.py", "core/reach.py"
READING, PEOPLE, GRANTS = "adapters/database/reading.py", "core/principals.py", "core/grants.py"
VIEWS, ITEMS = "core/grant_views.py", "core/items.py"

FAULTS = (
    Fault(
        "an editor may share",
        ACCESS,
        "_MANAGING = _EDITING | {Act.SHARE}",
        "_EDITING |= {Act.SHARE}\n_MANAGING = _EDITING",
    ),
    Fault("a viewer may write", ACCESS, "    VIEWER: _READING,", "    VIEWER: _READING | {Act.WRITE},"),
    Fault(
        "a viewer may delete",
        ACCESS,
        "    VIEWER: _READING,",
        "    VIEWER: _READING | {Act.DELETE},",
    ),
    Fault("the owner may not delete", ACCESS, "OWNER: _MANAGING", "OWNER: _MANAGING - {Act.DELETE}"),
    Fault("still open at the instant", ACCESS, "now >= self.expires_at", "now > self.expires_at"),
    Fault("expiry is forgotten", ACCESS, " and not fact.expired(now)", ""),
    Fault(
        "what begins with the name of the folder",
        ACCESS,
        "return path[: len(self.path)] == self.path",
        "return b'/'.join(path).startswith(b'/'.join(self.path))",
    ),
    Fault("only the folder itself, nothing below", ACCESS, "if self.folder and self.path:", "if False:"),
    Fault("a file's grant reaches below it", ACCESS, "if self.folder and self.path:", "if self.path:"),
    Fault(
        "something may be made in a file",
        ACCESS,
        "return allowed if self.folder else allowed - {Act.CREATE}",
        "return allowed",
    ),
    Fault("the share itself may be renamed", ACCESS, "allowed -= FROM_ABOVE", "pass"),
    Fault("dot-names are reached", ACCESS, "    if hidden(path):\n        return frozenset()\n", ""),
    Fault(
        "groups do not count", ACCESS, "return self.groups | {self.id} if", "return frozenset({self.id}) if"
    ),
    Fault(
        "everyone's grants count", ACCESS, "if fact.grantee in grantees and fact.reaches", "if fact.reaches"
    ),
    Fault(
        "only the first grant counts",
        ACCESS,
        "    for fact in counting:\n        found",
        "    for fact in counting[:1]:\n        found",
    ),
    Fault("whoever left is still let in", ACCESS, "if self.active else frozenset()", "or self.groups"),
    Fault(
        "an owner who left keeps his home",
        ACCESS,
        "    if subject.active and subject.id == owner:",
        "    if subject.id == owner:",
    ),
    Fault(
        "the root may be shared by its owner",
        GRANTS,
        "    if not visible.full:",
        "    if visible.full is None:",
    ),
    Fault("one prolongs his own grant", ACCESS, "if fact.grant != grant]", "if fact.grant]"),
    Fault(
        "anybody who sees it changes it",
        GRANTS,
        "            raise Forbidden(_NOT_YOURS_TO_CHANGE)",
        "            continue",
    ),
    Fault(
        "one prolongs himself through his group",
        GRANTS,
        "or grantee not in subject.groups",
        "or grantee in subject.groups",
    ),
    Fault("one shares with himself", GRANTS, "elif found.id == subject.id:", "elif found.id is None:"),
    Fault(
        "an end that has passed",
        GRANTS,
        "expires_at is not None and expires_at <= now",
        "expires_at is not None and expires_at < now",
    ),
    Fault(
        "two grants for one",
        GRANTS,
        "    _end_expired_or_refuse(tx, item.id, grantee, subject, now)\n    grant",
        "    tx.end_grants([g.id for g in tx.grants_on([item.id])], by=None, now=now)\n    grant",
    ),
    Fault("making is judged at the thing made", REACH, "full[:-1] if act is Act.CREATE else full", "full"),
    Fault(
        "a stranger's share id leads somewhere",
        REACH,
        "    if share and not _acts(",
        "    if False and not _acts(",
    ),
    Fault(
        "forbidden and missing are mixed up",
        REACH,
        "    if not allowed and not (act is Act.CREATE and _adds(subject, workspace, full, facts, now)):\n"
        "        raise NotFound",
        "    if not allowed and not (act is Act.CREATE and _adds(subject, workspace, full, facts, now)):\n"
        "        raise Forbidden('')",
    ),
    Fault(
        "a suspended share opens",
        REACH,
        "if share is not None and share.state is not ItemState.ACTIVE:",
        "if share is None and id_.startswith('s-'):",
    ),
    Fault(
        "a lost item gives",
        READING,
        "_ACTIVE = items.c.state == ItemState.ACTIVE.value",
        "_ACTIVE = items.c.state != ItemState.GONE.value",
    ),
    Fault(
        "an ended grant gives",
        READING,
        "_LIVE = grants.c.ended_at.is_(None)",
        "_LIVE = grants.c.id.is_not(None)",
    ),
    Fault(
        "the parent is left out",
        READING,
        "for length in range(len(path) + 1)",
        "for length in {len(path), 1}",
    ),
    Fault(
        "lists show what expired",
        VISIBLE,
        "held.c.expires_at > now",
        "held.c.expires_at > datetime(2000, 1, 1, tzinfo=now.tzinfo)",
    ),
    Fault("lists end late", VISIBLE, "held.c.expires_at > now", "held.c.expires_at >= now"),
    Fault(
        "lists reach siblings",
        VISIBLE,
        "func.length(above.c.path), type_",
        "func.length(above.c.path) - 1, type_",
    ),
    Fault(
        "lists know only persons",
        VISIBLE,
        "held.c.grantee.in_(sorted(subject.grantees))",
        "held.c.grantee == subject.id",
    ),
    Fault("shared with me shows mine", READING, "            workspaces.c.owner != subject.id,\n", ""),
    Fault(
        "shared by me shows what I lost",
        READING,
        "and_(grants.c.granted_by == subject.id, visible(subject, Act.SHARE, now))",
        "and_(grants.c.granted_by == subject.id)",
    ),
    Fault(
        "the row of the list lends its grant",
        VISIBLE,
        "grants.alias()",
        "grants",
    ),
    Fault("a receiver sees others' grants", VIEWS, "and Act.SHARE in allowed", "and Act.READ in allowed"),
    Fault("a contributor reads", ACCESS, "frozenset({Act.CREATE}),", "frozenset({Act.CREATE, Act.READ}),"),
    Fault(
        "a contributor overwrites", ACCESS, "frozenset({Act.CREATE}),", "frozenset({Act.CREATE, Act.WRITE}),"
    ),
    Fault(
        "a drop box is probed below",
        ACCESS,
        "if Act.LIST not in found and not any(",
        "if False and not any(",
    ),
    Fault(
        "a drop box takes nothing", REACH, "    return Act.CREATE in _acts(", "    return Act.LIST in _acts("
    ),
    Fault("lists go below a drop box", VISIBLE, "item, itself=True)", "item)"),
    Fault("a file is a drop box", GRANTS, "if role is Role.CONTRIBUTOR and", "if role is None and"),
    Fault("shared with all is nobody's", READING, "principals.c.id == EVERYONE)", "principals.c.id == '')"),
    Fault(
        "everyone counts though turned off",
        READING,
        "where(counting, principals.c.active.is_(True))",
        "where(counting)",
    ),
    Fault(
        "the namesake inherits",
        PEOPLE,
        "    known = tx.person_created(hub_user.name, hub_user.created)\n    holder",
        "    known = tx.principal_named(PrincipalKind.USER, hub_user.name)\n    holder",
    ),
    Fault(
        "the group comes back with its grants",
        PEOPLE,
        "        if name not in groups:\n            _end_for_good(tx, group, now)",
        "        if name not in groups:\n            tx.set_members(group.id, frozenset())",
    ),
    Fault(
        "members stay",
        PEOPLE,
        "        tx.set_members(group.id, people)\n",
        "        tx.set_members(group.id, tx.members(group.id) | people)\n",
    ),
    Fault(
        "the old name keeps the grants",
        ITEMS,
        "going.append(replace(item, path=path, ",
        "going.append(replace(item, ",
    ),
    Fault(
        "deleting ends nothing",
        ITEMS,
        "for item in tx.items_under(workspace, path)\n        if not _same",
        "for item in tx.items_under(workspace, path)[:0]\n        if not _same",
    ),
    Fault(
        "another folder of the name is the same",
        ITEMS,
        "if stat is not None and stat.type is item.type is EntryType.FILE:",
        "if stat is not None:",
    ),
)


def main(number: int, directory: Path, questions: int) -> int:
    fault = FAULTS[number]
    copy = directory / "jupyter_apex_ws"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("labextension", "__pycache__"))
    fault.plant(copy)
    sys.path[:0] = [str(directory), str(Path(__file__).parent)]
    import jupyter_apex_ws.core.access as planted

    if not Path(planted.__file__).is_relative_to(directory):
        raise RuntimeError("the product itself was imported, not the copy")
    from questions import ask_many
    from sqlalchemy.exc import IntegrityError

    from jupyter_apex_ws.core.errors import ApexError

    try:
        ask_many(questions, directory)
    except (AssertionError, ApexError, IntegrityError) as noticed:
        print(f"{type(noticed).__name__}: {noticed}"[:300])
        return FOUND
    return UNNOTICED


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))

"""The rule table by itself. What it answers over whole worlds is compared in test_oracle.py."""

from datetime import UTC, datetime, timedelta

import pytest

from jupyter_apex_ws.core.access import (
    GRANTABLE,
    RULES,
    Act,
    GrantFact,
    Rules,
    Subject,
    acts,
    allowed_by,
    changes_at,
    deciding,
    ends_at,
    may_change,
    may_grant,
    roles_allowing,
)
from jupyter_apex_ws.core.ports import RelPath

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BOB = Subject("p-bob", frozenset({"p-group"}))


def fact(
    role: str,
    *,
    path: RelPath = (b"data",),
    grantee: str = "p-bob",
    seconds: float | None = None,
    name: str = "g-1",
) -> GrantFact:
    until = None if seconds is None else NOW + timedelta(seconds=seconds)
    return GrantFact(name, "s-1", path, True, grantee, role, until)


def at(*facts: GrantFact, path: RelPath = (b"data", b"a"), subject: Subject = BOB) -> frozenset[Act]:
    return acts(subject, owner="p-alice", path=path, grants=facts, now=NOW)


def test_d1_each_role_allows_what_the_one_before_allows_and_more() -> None:
    levels = [allowed_by(role) for role in ("viewer", "editor", "manager")]
    assert levels[0] < levels[1] < levels[2] <= RULES.allows["owner"]
    assert levels[0] == {Act.LIST, Act.READ}
    assert RULES.allows["owner"] == set(Act)


@pytest.mark.parametrize("role", ["owner", "admin", "", "Viewer", "viewer ", "dropper"])
def test_an_unknown_role_gives_nothing(role: str) -> None:
    assert at(fact(role)) == frozenset()
    assert not may_grant(Subject("p-alice"), role=role, owner="p-alice", path=(b"data",), grants=(), now=NOW)


def test_a_table_without_a_role_gives_nothing_for_it() -> None:
    empty = Rules(allows={}, rank={})
    for who in (BOB, Subject("p-alice")):
        assert (
            acts(who, owner="p-alice", path=(b"a",), grants=[fact("viewer")], now=NOW, rules=empty) == set()
        )
    assert not may_grant(
        Subject("p-alice"), role="viewer", owner="p-alice", path=(b"a",), grants=(), now=NOW, rules=empty
    )


def test_lists_get_their_roles_from_the_same_table() -> None:
    for act in Act:
        assert roles_allowing(act) == {role for role in GRANTABLE if act in RULES.allows[role]}
    assert roles_allowing(Act.DELETE) == {"editor", "manager"}


def test_who_is_not_active_has_nothing_by_any_way() -> None:
    gone = Subject("p-bob", frozenset({"p-group"}), active=False)
    assert at(fact("manager"), fact("editor", grantee="p-group"), subject=gone) == frozenset()
    assert acts(Subject("p-alice", active=False), owner="p-alice", path=(), grants=(), now=NOW) == frozenset()


def test_d14_a_grant_on_a_root_gives_nothing() -> None:
    assert at(fact("manager", path=())) == frozenset()


def test_d7_access_ends_with_the_last_grant() -> None:
    both = [fact("viewer", seconds=10, name="g-1"), fact("editor", grantee="p-group", seconds=20, name="g-2")]
    assert ends_at(BOB, path=(b"data",), act=Act.READ, grants=both, now=NOW) == NOW + timedelta(seconds=20)
    assert changes_at(both, NOW) == NOW + timedelta(seconds=10)
    assert changes_at(both, NOW + timedelta(seconds=10)) == NOW + timedelta(seconds=20)
    forever = [*both, fact("viewer", name="g-3")]
    assert ends_at(BOB, path=(b"data",), act=Act.READ, grants=forever, now=NOW) is None
    assert changes_at([fact("viewer")], NOW) is None


def test_one_enters_by_the_nearest() -> None:
    far, near = fact("editor", name="g-1"), fact("editor", path=(b"data", b"a"), name="g-2")
    found = deciding(BOB, path=(b"data", b"a", b"b"), act=Act.WRITE, grants=[far, near], now=NOW)
    assert [one.grant for one in found] == ["g-2", "g-1"]


def test_d5_a_right_that_comes_from_the_grant_itself_does_not_change_it() -> None:
    own, group = fact("manager", name="g-1"), fact("manager", grantee="p-group", name="g-2")

    def may(*facts: GrantFact) -> bool:
        return may_change(
            BOB, grant="g-1", role="manager", owner="p-alice", path=(b"data",), grants=facts, now=NOW
        )

    assert not may(own)
    assert may(own, group)

"""A fake hub for the services of these rigs: alice, bob, carol, dave, and the group hydrology."""

from collections.abc import Iterator

import pytest

from tests.support.fake_hub import FakeHub

from .load import PEOPLE


@pytest.fixture
def fake_hub() -> Iterator[FakeHub]:
    hub = FakeHub()
    for name in PEOPLE:
        hub.add_person(name)
    hub.groups["hydrology"] = ["alice", "bob", "carol"]
    with hub.running():
        yield hub

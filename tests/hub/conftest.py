"""A service of this process for the tests in this folder: alice, bob and carol in hydrology, dave outside."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_hub import FakeHub
from tests.support.local_service import LocalService, local_service

PEOPLE = ("alice", "bob", "carol", "dave")


@pytest.fixture
def fake_hub() -> Iterator[FakeHub]:
    hub = FakeHub()
    for name in PEOPLE:
        hub.add_person(name)
    hub.add_person("admin", admin=True)
    hub.groups["hydrology"] = ["alice", "bob", "carol"]
    with hub.running():
        yield hub


Start = Callable[..., AbstractContextManager[LocalService]]


@pytest.fixture
def start(fake_hub: FakeHub, tmp_path: Path) -> Start:
    """`with start(max_file_bytes=1000) as service:`; the same state again when called again."""

    def begin(**settings: Any) -> AbstractContextManager[LocalService]:
        return local_service(tmp_path / "state", fake_hub, **settings)

    return begin


@pytest.fixture
def service(start: Start) -> Iterator[LocalService]:
    with start() as running:
        yield running

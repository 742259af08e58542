"""A folder of alice's and grants on it, for one test on the hub that all cases use."""

import secrets
from collections.abc import Iterator

import pytest

from tests.support.hub import RealHub
from tests.support.shared_folder import Sharing


@pytest.fixture
def sharing(hub: RealHub) -> Iterator[Sharing]:
    for name in ("bob", "carol", "dave"):
        hub.workspace(name)
    shared = Sharing(hub, f"case-{secrets.token_hex(4)}")
    yield shared
    shared.close()

"""Fixtures that every test may ask for; loaded by tests/conftest.py."""

from collections.abc import Iterator

import pytest

from .hub import RealHub


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHub]:
    """One real hub for all tests that do not need their own: alice, bob and carol in hydrology, dave, admin.

    Shared: a test leaves no grant, server or person behind that another could trip over.
    """
    with RealHub(tmp_path_factory.mktemp("hub")) as running:
        yield running

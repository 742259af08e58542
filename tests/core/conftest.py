"""A house of four people for the tests of use cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.sharing import House, house


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made

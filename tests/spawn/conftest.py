"""A hub of these tests' own, with a stand-in for the service: they are about what surrounds it."""

from collections.abc import Iterator

import pytest

from tests.support.hub import STAND_IN, RealHub


@pytest.fixture(scope="package")
def spawn_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHub]:
    home = tmp_path_factory.mktemp("spawn-hub")
    skeleton = tmp_path_factory.mktemp("skeleton") / "alice"
    skeleton.mkdir()
    (skeleton / "hello.md").write_text("hello")
    settings = {"skeleton": str(skeleton.parent / "{username}")}
    with RealHub(home, service_command=STAND_IN, settings=settings) as hub:
        yield hub

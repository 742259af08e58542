"""Options shared by all tests: `--scale=full` repeats the counted ones as often as the issue asks for."""

from collections.abc import Callable

import pytest

pytest_plugins = ["tests.support.fixtures"]

Count = Callable[[int, int], int]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--scale", choices=("small", "full"), default="small", help="repetitions of counted tests"
    )


@pytest.fixture(scope="session")
def count(pytestconfig: pytest.Config) -> Count:
    """`count(small, full)`: the number of repetitions at the chosen scale."""
    chosen = pytestconfig.getoption("--scale")
    return lambda small, full: full if chosen == "full" else small

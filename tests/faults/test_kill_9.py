"""Kill -9 at any moment under load: nothing acknowledged is lost, nothing is half applied."""

import random
import threading
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.conftest import Count
from tests.support.fake_hub import FakeHub
from tests.support.waiting import until

from .journal import Known
from .leftovers import require_sound
from .load import PEOPLE, Client
from .service_process import SERVICE, ServiceProcess

SEED = 20261124


def rounds_of_kills(hub: FakeHub, state: Path, rounds: int, program: Sequence[str] = SERVICE) -> int:
    """How many acts were acknowledged in all. Raises AssertionError for what was lost or half applied."""
    chance = random.Random(SEED)
    with ExitStack() as stack:
        service = stack.enter_context(ServiceProcess(hub, state, program=program))
        clients = [stack.enter_context(closing(Client(service, name, SEED))) for name in PEOPLE]
        for _ in range(rounds):
            _work_until_killed(service, clients, chance.uniform(0.05, 1.0))
            service.start()
            _require_what_was_acknowledged(clients)
            _require_search_heals(clients)
            require_sound(state)
        return sum(len(client.journal.history) for client in clients)


def _work_until_killed(service: ServiceProcess, clients: list[Client], seconds: float) -> None:
    ended = threading.Event()
    failures: list[BaseException] = []

    def work(client: Client) -> None:
        try:
            client.work(ended)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    ended.wait(seconds)
    service.kill()
    ended.set()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _require_what_was_acknowledged(clients: list[Client]) -> None:
    for client in clients:
        _settle(client)
    given: dict[str, dict[tuple[str, str], str]] = {name: {} for name in PEOPLE}
    for client in clients:
        for (path, grantee), role in client.journal.known.grants.items():
            given[grantee][client.name, path.rpartition("/")[2]] = role
    for client in clients:
        # Exactly these: what was revoked stays revoked.
        assert client.received() == given[client.name], client.name


def _settle(client: Client) -> None:
    """Wait until what is there is one of what may be; a rename that was cut off is mended by the sweep."""
    last: list[Known] = []

    def one_of_what_may_be() -> bool:
        last[:] = [client.found()]
        return last[0] in client.journal.possible()

    try:
        until(one_of_what_may_be, 6)
    except AssertionError:
        different = client.journal.known.difference(last[0])
        pytest.fail(f"{client.name} lost something: {different}; under way: {client.journal.under_way}")
    client.settle(last[0])


def _require_search_heals(clients: list[Client]) -> None:
    by_name = {client.name: client for client in clients}
    for client in clients:
        for path, grantee in list(client.journal.known.grants)[:1]:
            name = path.rpartition("/")[2]
            until(lambda who=by_name[grantee], what=name: who.sees(what), 20)


def test_nothing_acknowledged_is_lost_by_kill_9(fake_hub: FakeHub, tmp_path: Path, count: Count) -> None:
    rounds = count(8, 300)
    acknowledged = rounds_of_kills(fake_hub, tmp_path / "state", rounds)
    print(f"kills: {rounds}, acts acknowledged: {acknowledged}, lost or half applied: 0")
    assert acknowledged > rounds * 5


def test_a_service_that_answers_before_it_has_committed_is_found(fake_hub: FakeHub, tmp_path: Path) -> None:
    program = ("-m", "tests.faults.write_behind")
    with pytest.raises(pytest.fail.Exception, match="lost something"):
        rounds_of_kills(fake_hub, tmp_path / "state", 20, program)

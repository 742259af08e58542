"""RC-05: the power goes at any moment: what was acknowledged is there, in the database and in the files.

The service works under strace with two clients. Then the recording is played up to a moment, what had not
been made durable is dropped, and the service opens what is left in a fresh folder. A cut at which the syncs
are left out must be noticed: see `test_rc_05_without_syncs_it_is_noticed`.
"""

import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from tests.conftest import Count
from tests.support.fake_hub import FakeHub
from tests.support.local_service import LocalService, local_service
from tests.support.waiting import until

from .disk import Disk
from .journal import Journal, Known, Rename
from .leftovers import require_sound
from .load import PEOPLE, Client, Person
from .recording import Call, around, calls
from .service_process import ServiceProcess

SEED = 20261124
WORKERS = PEOPLE[:2]
_KEPT = (0.0, 0.5, 1.0)
"""How likely a write that was not made durable is there all the same."""


@dataclass
class Recorded:
    """A recording, and by name what its clients were told, and at which call each act was answered."""

    state: Path
    calls: list[Call]
    journals: dict[str, Journal]
    answered: dict[str, list[int]]

    def moments(self, number: int) -> list[int]:
        """Calls after which the power goes, from when both clients had begun."""
        first = max(times[0] for times in self.answered.values())
        chosen = random.Random(SEED).sample(range(first, len(self.calls)), number)
        return sorted(chosen)

    def possible(self, name: str, moment: int) -> list[Known]:
        """What may be there: all that was answered, with or without the next act."""
        done = sum(time < moment for time in self.answered[name])
        known = Known()
        for operation, _ in self.journals[name].history[:done]:
            known = operation.after(known)
        found = [known]
        for operation, _ in self.journals[name].history[done : done + 1]:
            after = operation.after(known)
            found.append(after)
            if isinstance(operation, Rename):
                # Seen under its new name before that was committed: suspended, never given to somebody else.
                kept = {sharing: role for sharing, role in after.grants.items() if sharing in known.grants}
                found.append(replace(after, grants=kept))
        return found


def record(hub: FakeHub, folder: Path, seconds: float) -> Recorded:
    trace, state = folder / "trace", folder / "state"
    state.mkdir(mode=0o700)
    with ExitStack() as stack:
        service = stack.enter_context(ServiceProcess(hub, state, around=around(trace)))
        for name in PEOPLE:
            service.home_id(name)
        clients = [stack.enter_context(closing(Client(service, name, SEED))) for name in WORKERS]
        _work(clients, seconds)
        service.stop()
    recorded = calls(trace)
    when = {
        call.number: index for index, call in reversed(list(enumerate(recorded))) if call.what == "answer"
    }
    journals = {client.name: client.journal for client in clients}
    answered = {name: [when[port] for _, port in journal.history] for name, journal in journals.items()}
    return Recorded(state, recorded, journals, answered)


def _work(clients: list[Client], seconds: float) -> None:
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
    threads[0].join(seconds)
    ended.set()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def require_all(recorded: Recorded, state: Path, hub: FakeHub, moment: int) -> None:
    """Open what is left and compare. Raises AssertionError for what is lost or half applied."""
    with _opened(state, hub) as service, ExitStack() as stack:
        for name in WORKERS:
            person = stack.enter_context(closing(Person(service, name)))
            possible = recorded.possible(name, moment)
            last = [Known()]

            def one_of(
                person: Person = person, possible: list[Known] = possible, last: list[Known] = last
            ) -> bool:
                last[0] = _found(person)
                return last[0] in possible

            try:
                until(one_of, 2)
            except AssertionError as error:
                different = possible[0].difference(last[0])
                raise AssertionError(f"{name} after call {moment}: {different}") from error
        for name in PEOPLE:
            stack.enter_context(closing(Person(service, name))).received()
    require_sound(state)


@contextmanager
def _opened(state: Path, hub: FakeHub) -> Iterator[LocalService]:
    try:
        with local_service(state, hub) as service:
            yield service
    except AssertionError as error:
        raise AssertionError(f"what is left cannot be used: {error}") from error


def _found(person: Person) -> Known:
    try:
        return person.found()
    except httpx.HTTPStatusError:
        return Known()  # not even the folder


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, count: Count) -> Iterator[tuple[FakeHub, Recorded]]:
    hub = FakeHub()
    for name in PEOPLE:
        hub.add_person(name)
    with hub.running():
        yield hub, record(hub, tmp_path_factory.mktemp("recorded"), count(3, 10))


def test_rc_05_what_was_acknowledged_is_there_after_a_power_cut(
    recorded: tuple[FakeHub, Recorded], tmp_path: Path, count: Count
) -> None:
    hub, recording = recorded
    chance = random.Random(SEED)
    disk, moments = Disk(recording.state), recording.moments(count(20, 300))
    for index, call in enumerate(recording.calls):
        disk.take(call)
        if index in moments:
            state = tmp_path / f"{index}"
            disk.cut(state, chance, _KEPT[moments.index(index) % len(_KEPT)])
            require_all(recording, state, hub, index)
    acts = sum(map(len, recording.answered.values()))
    print(f"power cuts: {len(moments)}, calls: {len(recording.calls)}, acts acknowledged: {acts}, lost: 0")


@pytest.mark.parametrize("kind", ["files", "folders", "database"])
def test_rc_05_without_syncs_it_is_noticed(
    recorded: tuple[FakeHub, Recorded], tmp_path: Path, kind: str
) -> None:
    """The same recording, as if the service had never synced files, or folders, or its database."""
    hub, recording = recorded
    disk = Disk(recording.state, without=[kind])
    for call in recording.calls:
        disk.take(call)
    disk.cut(tmp_path / "left", random.Random(SEED), 0)
    with pytest.raises(AssertionError):
        require_all(recording, tmp_path / "left", hub, len(recording.calls))

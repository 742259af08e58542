"""FS-11: a folder renamed while many read, write and list: each sees the old or the new, never a mix."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support.hub import GROUPS, RealHub
from tests.support.shared_folder import write


@pytest.mark.timeout(900)  # 50 people at a hub of their own
def test_fs_11_a_folder_renamed_under_many_people(
    tmp_path_factory: pytest.TempPathFactory, count: Callable[[int, int], int]
) -> None:
    people = tuple(f"p{number:02}" for number in range(count(12, 50)))
    groups = {**GROUPS, "everybody": people}
    with RealHub(tmp_path_factory.mktemp("many"), people=("alice", "admin", *people), groups=groups) as hub:
        for name in ("alice", *people):
            hub.service("GET", "me", by=name).raise_for_status()
        _rename_under_them(hub, people, seconds=count(6, 30))


def _rename_under_them(hub: RealHub, people: tuple[str, ...], seconds: int) -> None:
    home = hub.workspace("alice")
    write(home, old__a="content a", old__b="content b", old__sub__c="content c")
    shares = {name: _share(hub, home.name, name) for name in people}
    until = time.monotonic() + seconds
    stop = threading.Event()
    with ThreadPoolExecutor(len(people) + 1) as pool:
        renaming = pool.submit(_rename, hub, home.name, stop)
        acting = [
            pool.submit(_act, hub, name, shares[name], number, until) for number, name in enumerate(people)
        ]
        results = [future.result() for future in acting]
        stop.set()
        renames = renaming.result()

    statuses = sum((result for result in results), Counter[str]())
    assert renames > 10
    assert not {key for key in statuses if key.split()[1][0] == "5"}, statuses
    # Through the share all is there all the time; a save says what it replaces, so one wins.
    assert set(statuses) <= {
        "read 200",
        "list 200",
        "add 201",
        "save 200",
        "save 412",
        "look 200",
        "look 404",
    }
    assert {"read 200", "list 200", "add 201", "save 200"} <= set(statuses)
    _nothing_is_lost(home, people, statuses)


def _share(hub: RealHub, home: str, name: str) -> str:
    grantee = {"kind": "user", "name": name}
    body = {"workspace": home, "path": "old", "grantee": grantee, "role": "editor"}
    hub.service("POST", "grants", by="alice", json=body).raise_for_status()
    page = hub.service("GET", "grants?direction=with-me", by=name).json()
    return str(page["items"][0]["workspace"])


def _rename(hub: RealHub, home: str, stop: threading.Event) -> int:
    names, done = ("old", "new"), 0
    while not stop.is_set():
        body = {"operation": "move", "to": names[(done + 1) % 2]}
        where = f"workspaces/{home}/entries/{names[done % 2]}"
        answer = hub.service("POST", where, by="alice", json=body)
        assert answer.status_code == 200, answer.text
        done += 1
        time.sleep(0.05)
    return done


def _act(hub: RealHub, name: str, share: str, number: int, until: float) -> Counter[str]:
    """Read, list, add and save through the share; look at the owner's path, which comes and goes."""
    seen: Counter[str] = Counter()
    headers = {"Authorization": f"Bearer {hub.token(name)}"}
    with httpx.Client(base_url=hub.service_url, headers=headers, trust_env=False, timeout=60) as http:
        home = hub.service("GET", "me", by="alice").json()["personal_workspace"]
        turn = 0
        while time.monotonic() < until:
            turn += 1
            read = http.get(f"/workspaces/{share}/files/sub/c")
            assert read.status_code != 200 or read.text == "content c"
            listed = http.get(f"/workspaces/{share}/entries/")
            if listed.status_code == 200:
                names = {item["name"] for item in listed.json()["items"]}
                assert {"a", "b", "sub"} <= names, "a mix of two folders"
            new = {"If-None-Match": "*"}
            added = http.put(f"/workspaces/{share}/files/{name}-{turn}", content=b"x", headers=new)
            etag = http.head(f"/workspaces/{share}/files/a").headers.get("etag", '"gone"')
            text = f"content a by {number}".encode()
            saved = http.put(f"/workspaces/{share}/files/a", content=text, headers={"If-Match": etag})
            looked = http.get(f"/workspaces/{home}/entries/{('old', 'new')[turn % 2]}")
            answers = {"read": read, "list": listed, "add": added, "save": saved, "look": looked}
            seen.update(f"{what} {answer.status_code}" for what, answer in answers.items())
    return seen


def _nothing_is_lost(home: Path, people: tuple[str, ...], statuses: Counter[str]) -> None:
    (folder,) = [path for path in home.iterdir() if path.name in {"old", "new"}]
    added = [path for path in folder.iterdir() if path.name.startswith("p") and "-" in path.name]
    assert len(added) == statuses["add 201"]
    assert (folder / "a").read_text().startswith("content a by ")
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []

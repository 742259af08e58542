"""Clients that work on the service, each in a folder of his own home, and look at what is there."""

import itertools
import random
import threading
from typing import Any, Protocol

import httpx

from .journal import Change, Delete, Grant, Journal, Known, MakeFolder, Operation, Rename, Revoke, Save

PEOPLE = ("alice", "bob", "carol", "dave")
FOLDER = "load"
_ROLES = ("viewer", "editor", "manager")
_MOST_FILES = 8


class Service(Protocol):
    """A service of ours, wherever it runs."""

    url: str

    def token(self, name: str) -> str: ...

    def home_id(self, name: str) -> str: ...


class Person:
    """Somebody who looks at what is there."""

    def __init__(self, service: Service, name: str) -> None:
        self.name = name
        self._service = service
        self._http = httpx.Client(
            trust_env=False,
            timeout=30,
            # A connection for each request: its port tells in a recording whose answer that is.
            headers={"Authorization": f"Bearer {service.token(name)}", "Connection": "close"},
            event_hooks={"request": [self._follow]},
        )
        self._port = 0
        self.home = service.home_id(name)

    def close(self) -> None:
        self._http.close()

    def _follow(self, request: httpx.Request) -> None:
        def connected(event: str, info: dict[str, Any]) -> None:
            if event == "connection.connect_tcp.complete":
                self._port = info["return_value"].get_extra_info("client_addr")[1]

        request.extensions["trace"] = connected

    def found(self) -> Known:
        """What the service shows now."""
        files: dict[str, bytes] = {}
        folders: set[str] = set()
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            page = self._read(f"entries/{self._below(folder)}?limit=1000").json()
            for entry in page["items"]:
                path = str(entry["path"]).removeprefix(f"{FOLDER}/")
                if entry["type"] == "folder":
                    folders.add(path)
                    waiting.append(path)
                else:
                    files[path] = self._read(f"files/{self._below(path)}").content
        return Known(files, frozenset(folders), self._grants())

    def received(self) -> dict[Any, str]:
        """Owner and name of each file that others share with him: the role. What is listed can be read."""
        found = {}
        page = self._http.get(f"{self._service.url}/grants?direction=with-me&limit=1000")
        page.raise_for_status()
        for grant in page.json()["items"]:
            share = f"{self._service.url}/workspaces/{grant['workspace']}/files/"
            assert self._http.get(share).status_code == 200, grant
            found[grant["owner"]["name"], grant["name"]] = grant["role"]
        return found

    def sees(self, name: str) -> bool:
        """Whether search finds it."""
        page = self._http.get(f"{self._service.url}/search", params={"q": name})
        page.raise_for_status()
        return name in [hit["name"] for hit in page.json()["items"]]

    def _grants(self) -> dict[tuple[str, str], str]:
        return {key: role for key, (_, role) in self._given().items()}

    def _given(self) -> dict[tuple[str, str], tuple[str, str]]:
        """(path, grantee) -> (id, role), of the grants in force on what is his."""
        page = self._http.get(f"{self._service.url}/grants?direction=by-me&limit=1000")
        page.raise_for_status()
        return {
            (grant["path"].removeprefix(f"{FOLDER}/"), grant["grantee"]["name"]): (grant["id"], grant["role"])
            for grant in page.json()["items"]
            if grant["state"] == "active" and grant["workspace"] == self.home
        }

    def _below(self, path: str) -> str:
        return f"{FOLDER}/{path}" if path else FOLDER

    def _ask(self, method: str, path: str, **rest: Any) -> httpx.Response:
        return self._http.request(method, f"{self._service.url}/workspaces/{self.home}/{path}", **rest)

    def _read(self, path: str) -> httpx.Response:
        answer = self._ask("GET", path)
        answer.raise_for_status()
        return answer


class Client(Person):
    """One person's work, remembered in `journal`, with the port that each act was asked from."""

    def __init__(self, service: Service, name: str, seed: int) -> None:
        super().__init__(service, name)
        self.journal = Journal()
        self._random = random.Random(f"{name} {seed}")
        self._number = itertools.count()
        self._etags: dict[str, str] = {}
        self._ask("POST", f"entries/{FOLDER}", json={"operation": "mkdir"}).raise_for_status()

    def work(self, ended: threading.Event) -> None:
        """Act until the service is gone. Raises AssertionError for an answer that is no success."""
        while not ended.is_set():
            operation = self.choose()
            try:
                if isinstance(operation, Save) and operation.path in self.journal.known.files:
                    self._learn_etag(operation.path)
                self.journal.begin(operation)
                answer = self._send(operation)
            except httpx.TransportError:
                return
            assert answer.is_success, f"{operation}: {answer.status_code} {answer.text}"
            self._remember(operation, answer)
            self.journal.acknowledge(self._port)

    def choose(self) -> Operation:
        """Something that can be done with what is there."""
        known, chance = self.journal.known, self._random
        files, granted = sorted(known.files), sorted(known.grants)
        wishes: list[Operation] = [Save(self._new_name(chance.choice(["", *known.folders])), self._content())]
        if len(files) >= _MOST_FILES:
            wishes = [Delete(chance.choice(files))]
        if files:
            some = chance.choice(files)
            folder, _, _ = some.rpartition("/")
            wishes += [Save(some, self._content()), Rename(some, self._new_name(folder)), Delete(some)]
            grantee = chance.choice([name for name in PEOPLE if name != self.name])
            if (some, grantee) not in known.grants:
                wishes += [Grant(some, grantee, chance.choice(_ROLES))] * 3
        if granted:
            path, grantee = chance.choice(granted)
            others = [role for role in _ROLES if role != known.grants[path, grantee]]
            wishes += [Revoke(path, grantee), Change(path, grantee, chance.choice(others))]
        if len(known.folders) < 3:
            wishes.append(MakeFolder(self._new_name("")))
        elif not files or chance.random() < 0.3:
            wishes.append(Rename(chance.choice(sorted(known.folders)), self._new_name("")))
        return chance.choice(wishes)

    def settle(self, found: Known) -> None:
        """Go on from what was found after a crash."""
        self.journal.settle(found)
        self._etags.clear()

    def _new_name(self, folder: str) -> str:
        name = f"{self.name}-{next(self._number)}"
        return f"{folder}/{name}" if folder else name

    def _content(self) -> bytes:
        size = self._random.choice((0, 10, 5_000, 300_000))
        return f"{self.name} {next(self._number)} ".encode() + self._random.randbytes(size)

    def _send(self, operation: Operation) -> httpx.Response:
        if isinstance(operation, Grant | Revoke):
            return self._send_of_grants(operation)
        match operation:
            case Save(path, content):
                known = path in self.journal.known.files
                condition = {"If-Match": self._etags[path]} if known else {"If-None-Match": "*"}
                return self._ask("PUT", f"files/{self._below(path)}", content=content, headers=condition)
            case MakeFolder(path):
                return self._ask("POST", f"entries/{self._below(path)}", json={"operation": "mkdir"})
            case Rename(path, to):
                body = {"operation": "move", "to": self._below(to)}
                return self._ask("POST", f"entries/{self._below(path)}", json=body)
            case Delete(path):
                headers = {"If-Match": self._learn_etag(path)}
                return self._ask("DELETE", f"files/{self._below(path)}", headers=headers)
        raise TypeError(operation)

    def _send_of_grants(self, operation: Grant | Revoke) -> httpx.Response:
        grants = f"{self._service.url}/grants"
        match operation:
            case Revoke(path, grantee):
                return self._http.delete(f"{grants}/{self._id_of(path, grantee)}")
            case Change(path, grantee, role):
                return self._http.patch(f"{grants}/{self._id_of(path, grantee)}", json={"role": role})
            case Grant(path, grantee, role):
                named = {"kind": "user", "name": grantee}
                body = {"workspace": self.home, "path": self._below(path), "role": role, "grantee": named}
                return self._http.post(grants, json=body)

    def _remember(self, operation: Operation, answer: httpx.Response) -> None:
        if isinstance(operation, Save):
            self._etags[operation.path] = answer.json()["etag"]
        elif isinstance(operation, Rename):
            self._etags.clear()

    def _learn_etag(self, path: str) -> str:
        if path not in self._etags:
            self._etags[path] = self._ask("HEAD", f"files/{self._below(path)}").headers["etag"]
        return self._etags[path]

    def _id_of(self, path: str, grantee: str) -> str:
        return self._given()[path, grantee][0]

"""The part of the hub's REST API that the service asks. A contract test holds it to a real hub."""

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

PAGE = 50
_REFUSED = (403, {"message": "Missing or invalid credentials."})


@dataclass
class Account:
    """A person at the fake hub."""

    name: str
    created: str
    admin: bool = False


@dataclass
class FakeHub:
    """Change it freely while it runs. `down` makes every answer a 503; `asked` lists what was asked."""

    service_token: str = field(default_factory=lambda: secrets.token_hex(16))
    accounts: dict[str, Account] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, object]] = field(default_factory=dict)
    down: bool = False
    asked: list[str] = field(default_factory=list)
    url: str = ""
    _made: int = 0

    def add_person(self, name: str, *, admin: bool = False) -> None:
        """Also after a removal: then it is another account of the name."""
        self._made += 1
        created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._made)
        self.accounts[name] = Account(name, created.isoformat().replace("+00:00", "Z"), admin)

    def remove_person(self, name: str) -> None:
        """As the hub does: the tokens of the account go with it."""
        del self.accounts[name]
        self.tokens = {token: model for token, model in self.tokens.items() if model["name"] != name}
        for members in self.groups.values():
            if name in members:
                members.remove(name)

    def new_token(self, name: str, scopes: tuple[str, ...] = ("act", "data")) -> str:
        token = secrets.token_hex(16)
        listed = [f"custom:apex-ws:{scope}!user={name}" for scope in scopes]
        self.tokens[token] = {"kind": "user", "name": name, "admin": False, "scopes": listed}
        return token

    def new_service_token(self, name: str) -> str:
        token = secrets.token_hex(16)
        self.tokens[token] = {"kind": "service", "name": name, "admin": False, "scopes": ["list:users"]}
        return token

    def answer(self, path: str, token: str) -> tuple[int, object]:
        """Status and body for a GET."""
        self.asked.append(path)
        if self.down:
            return 503, {"message": "down"}
        parts = urlsplit(path)
        if parts.path == "/hub/api/user":
            model = self.tokens.get(token)
            return _REFUSED if model is None else (200, model)
        return self._directory(parts.path, parts.query) if token == self.service_token else _REFUSED

    def _directory(self, path: str, query: str) -> tuple[int, object]:
        if path.startswith("/hub/api/users/"):
            account = self.accounts.get(unquote(path.removeprefix("/hub/api/users/")))
            return (404, {"message": "Not Found"}) if account is None else (200, self._user(account))
        if path == "/hub/api/users":
            return 200, _page([self._user(account) for account in self.accounts.values()], query)
        if path == "/hub/api/groups":
            groups = [{"kind": "group", "name": name, "users": users} for name, users in self.groups.items()]
            return 200, _page(groups, query)
        return 404, {"message": "Not Found"}

    def _user(self, account: Account) -> dict[str, object]:
        groups = [name for name, members in self.groups.items() if account.name in members]
        return {
            "kind": "user",
            "name": account.name,
            "created": account.created,
            "admin": account.admin,
            "groups": groups,
        }

    @contextmanager
    def running(self) -> Iterator["FakeHub"]:
        """On a free port of 127.0.0.1; `url` is that of its API."""
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                token = self.headers.get("Authorization", "").partition(" ")[2]
                status, body = hub.answer(self.path, token)
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}/hub/api"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _page(rows: list[dict[str, object]], query: str) -> dict[str, object]:
    asked = parse_qs(query)
    offset, limit = int(asked["offset"][0]), min(int(asked["limit"][0]), PAGE)
    more = offset + limit < len(rows)
    following = {"offset": offset + limit, "limit": limit, "url": "not used"} if more else None
    return {
        "items": rows[offset : offset + limit],
        "_pagination": {"offset": offset, "limit": limit, "total": len(rows), "next": following},
    }

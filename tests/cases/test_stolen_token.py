"""A person's server is wholly his, and who visits it gives it a token: worth nothing to the service."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.support.hub import ROOT, RealHub

# What any owner can put into his own home: it runs in his server, and keeps the token of everybody who comes.
THIEF = """
from jupyterhub.singleuser.extension import JupyterHubIdentityProvider

_get_user = JupyterHubIdentityProvider.get_user


async def keep_the_token(self, handler):
    user = await _get_user(self, handler)
    if user is not None:
        with open("stolen.txt", "a") as file:
            file.write(f"{user.username} {self.hub_auth.get_token(handler)}\\n")
    return user


JupyterHubIdentityProvider.get_user = keep_the_token
"""

ACCESS = {"user": "bob", "scopes": ["access:servers!server=alice/"]}


class Thief:
    def __init__(self, hub: RealHub) -> None:
        self.hub = hub
        self.homes = {name: hub.workspace(name) for name in ("alice", "bob")}
        for home in self.homes.values():
            home.joinpath(".jupyter").mkdir(exist_ok=True)
            home.joinpath(".jupyter", "jupyter_config.py").write_text(THIEF)
            home.joinpath("stolen.txt").unlink(missing_ok=True)
        for name in self.homes:
            hub.start_server(name)
        hub.api("POST", "shares/alice/", json=ACCESS).raise_for_status()

    def close(self) -> None:
        self.hub.api("DELETE", "shares/alice/").raise_for_status()
        for name, home in self.homes.items():
            self.hub.stop_server(name)
            home.joinpath(".jupyter", "jupyter_config.py").unlink()
            home.joinpath("stolen.txt").unlink(missing_ok=True)

    def token_of(self, visitor: str, owner: str) -> str:
        """What `owner`'s server kept of `visitor`'s visit."""
        with self.hub.visit(visitor, owner) as browser:
            answer = browser.get(f"{self.hub.server_url(owner)}api/me")
            assert answer.json()["identity"]["username"] == visitor
        kept = [line.split() for line in (self.homes[owner] / "stolen.txt").read_text().splitlines()]
        return next(token for name, token in kept if name == visitor)


@pytest.fixture(scope="module")
def thief(hub: RealHub) -> Iterator[Thief]:
    thief = Thief(hub)
    yield thief
    thief.close()


def routes() -> list[tuple[str, str, str]]:
    """(method, path, scope) of every route that asks for a token, from the written contract."""
    contract = json.loads((ROOT / "jupyter_apex_ws" / "contract" / "openapi.json").read_text())
    return [
        (method.upper(), path, operation["x-apex-scope"])
        for path, operations in contract["paths"].items()
        for method, operation in operations.items()
        if operation["x-apex-scope"] != "none"
    ]


def ask(hub: RealHub, token: str, method: str, path: str) -> httpx.Response:
    filled = path.replace("{id}", hub.workspace("bob").name).replace("{path}", "README.md")
    body = json.dumps({"operation": "mkdir"}) if method == "POST" else None
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with hub.http.stream(method, f"{hub.service_url}{filled}", headers=headers, content=body) as answer:
        if answer.status_code >= 400 or method != "GET" or not filled.endswith("events"):
            answer.read()
    return answer


def test_the_token_of_a_visitor_is_refused_by_every_route(hub: RealHub, thief: Thief) -> None:
    stolen = thief.token_of("bob", "alice")
    # It is bob's, and alive: the hub says so.
    model = hub.http.get("/hub/api/user", headers={"Authorization": f"token {stolen}"}).json()
    assert model["name"] == "bob"
    assert not [scope for scope in model["scopes"] if "apex-ws" in scope]
    asked = routes()
    assert len(asked) > 10
    for method, path, _ in asked:
        answer = ask(hub, stolen, method, path)
        assert answer.status_code == 403, (method, path, answer.text)
        if method != "HEAD":
            assert answer.json()["code"] == "scope-missing"
            assert "README" not in answer.text


def test_the_same_theft_finds_a_worthy_token_where_there_is_one(hub: RealHub, thief: Thief) -> None:
    # The rig can see: bob's token of his own server, kept in the same way, is taken by the service.
    own = thief.token_of("bob", "bob")
    for path in ("me", "principals?q=ali"):
        answer = hub.http.get(f"{hub.service_url}/{path}", headers={"Authorization": f"Bearer {own}"})
        assert answer.status_code == 200, answer.text


def test_a_token_with_everything_of_the_visitor_would_have_been_taken(hub: RealHub) -> None:
    # The planted fault: what configure() refuses to allow, a server whose visitors give it all they may do.
    everything = hub.new_token("bob")
    for method, path, _ in routes():
        assert ask(hub, everything, method, path).status_code != 403, (method, path)


def test_what_a_visitor_asks_through_the_owners_server_is_refused(hub: RealHub, thief: Thief) -> None:
    with hub.visit("bob", "alice") as browser:
        answer = browser.get(f"{hub.server_url('alice')}jupyter-apex-ws/v1/me")
    assert answer.status_code == 403
    assert answer.json()["code"] == "not-your-server"


def test_the_token_in_the_environment_cannot_grant(hub: RealHub, thief: Thief) -> None:
    from tests.support.kernel import Kernel

    with Kernel(hub, "alice") as kernel:
        token = kernel.run("import os; print(os.environ['JUPYTERHUB_API_TOKEN'])").strip()
    for method, path, scope in routes():
        if scope == "act":
            answer = ask(hub, token, method, path)
            assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing"), (method, path)
    headers = {"Authorization": f"Bearer {token}"}
    assert hub.http.get(f"{hub.service_url}/me", headers=headers).json()["user"] == "alice"

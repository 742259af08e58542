"""The extension in people's servers on a real hub, asked with cookies through the hub's proxy."""

import os
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.support.hub import RealHub

BASE = "jupyter-apex-ws/v1"


@pytest.fixture(scope="module")
def servers(hub: RealHub) -> Iterator[RealHub]:
    for name in ("carol", "dave"):
        hub.start_server(name)
    yield hub
    for name in ("carol", "dave"):
        hub.stop_server(name)


@pytest.fixture
def carol(servers: RealHub) -> Iterator[httpx.Client]:
    with servers.visit("carol", "carol") as browser:
        browser.base_url = httpx.URL(f"{servers.server_url('carol')}{BASE}/")
        # As JupyterLab sends it, from the cookie of this server.
        token = next(
            cookie.value for cookie in browser.cookies.jar if cookie.name == "_xsrf" and "user" in cookie.path
        )
        browser.headers["X-XSRFToken"] = token or ""
        yield browser


def test_the_browser_of_a_person_is_known_to_the_service(carol: httpx.Client) -> None:
    answer = carol.get("me")
    assert (answer.status_code, answer.json()["user"]) == (200, "carol")
    status = carol.get("local/status").json()
    assert (status["service"], status["user"], status["own_server"]) == (True, "carol", True)


def test_own_files_are_found_on_a_hub(servers: RealHub, carol: httpx.Client) -> None:
    (servers.workspace("carol") / "found on a hub.txt").write_text("x")
    end = time.monotonic() + 5
    while not (items := carol.get("local/search", params={"q": "hub found"}).json()["items"]):
        assert time.monotonic() < end
    assert items[0]["path"] == "found on a hub.txt"
    (servers.workspace("carol") / "found on a hub.txt").unlink()


def test_a_person_shares_through_the_own_server_and_the_page_s_mark_is_needed(
    servers: RealHub, carol: httpx.Client
) -> None:
    (servers.workspace("carol") / "through").mkdir(exist_ok=True)
    body = {
        "workspace": carol.get("me").json()["personal_workspace"],
        "path": "through",
        "grantee": {"kind": "user", "name": "dave"},
        "role": "viewer",
    }
    without = carol.post("grants", json=body, headers={"X-XSRFToken": "no"})
    assert without.status_code == 403
    answer = carol.post("grants", json=body)
    assert answer.status_code == 201, answer.text
    assert carol.delete(f"grants/{answer.json()['id']}").status_code == 204
    (servers.workspace("carol") / "through").rmdir()


def test_files_go_up_and_down_through_the_proxy(servers: RealHub, carol: httpx.Client) -> None:
    home = carol.get("me").json()["personal_workspace"]
    address = f"workspaces/{home}/files/big%20%C3%A4.bin"
    content = os.urandom(3_000_000)
    created = carol.put(address, content=content, headers={"If-None-Match": "*"})
    assert created.status_code == 201, created.text
    assert (servers.workspace("carol") / "big ä.bin").read_bytes() == content
    refused = carol.put(address, content=content * 10, headers={"If-None-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (412, "changed")
    answer = carol.get(address)
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    gone = carol.delete(address, headers={"If-Match": answer.headers["etag"]})
    assert gone.status_code == 204


def test_a_visitor_is_told_whose_server_it_is(servers: RealHub) -> None:
    access = {"user": "dave", "scopes": ["access:servers!server=carol/"]}
    servers.api("POST", "shares/carol/", json=access).raise_for_status()
    try:
        with servers.visit("dave", "carol") as browser:
            address = f"{servers.server_url('carol')}{BASE}"
            answer = browser.get(f"{address}/me")
            assert (answer.status_code, answer.json()["code"]) == (403, "not-your-server")
            assert browser.get(f"{address}/local/status").json()["own_server"] is False
    finally:
        servers.api("DELETE", "shares/carol/").raise_for_status()


def test_nobody_else_gets_in(servers: RealHub) -> None:
    address = f"{servers.server_url('carol')}{BASE}"
    with httpx.Client(trust_env=False) as stranger:
        assert stranger.get(f"{address}/me").status_code == 403
        assert stranger.get(f"{address}/local/search?q=a").status_code == 403

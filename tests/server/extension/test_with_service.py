"""A person's server in front of the real service: what people do, from the browser's side."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_apex_ws.contract.entries import Entry, EntryPage
from jupyter_apex_ws.contract.grants import GrantPage
from jupyter_apex_ws.contract.me import Me
from jupyter_apex_ws.contract.problems import Problem
from jupyter_apex_ws.server.app import ApexExtension
from tests.support.fake_hub import FakeHub
from tests.support.local_service import LocalService, local_service

from .conftest import PEOPLE, FakeHubIdentity, Fetch, until

SCHEMA = "https://jupyter-apex-ws.readthedocs.io/events/change/v1"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[LocalService]:
    hub = FakeHub()
    for name in ("alice", "bob"):
        hub.add_person(name)
    with hub.running(), local_service(tmp_path / "state", hub, sweep_seconds=600.0) as running:
        for name in ("alice", "bob"):
            running.home_id(name)
        yield running


@pytest.fixture
def bobs_server(
    service: LocalService,
    index_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    jp_server_config: dict[str, Any],
    jp_root_dir: Path,
) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "bob")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", service.hub.new_token("bob", ("data",)))
    monkeypatch.setenv("APEX_WS_SERVICE_URL", service.url)
    monkeypatch.setitem(PEOPLE, service.token("bob"), ("bob", "user"))
    jp_server_config["ServerApp"]["identity_provider_class"] = FakeHubIdentity


@pytest.fixture
def bob(bobs_server: None, service: LocalService, ask: Fetch) -> Fetch:
    """Asking as bob's browser does."""

    async def fetch(method: str, path: str, **options: Any) -> Any:
        return await ask(method, path, service.token("bob"), **options)

    return fetch


def shared_folder(service: LocalService, role: str) -> tuple[Path, str]:
    folder = service.home("alice") / "hydrology"
    folder.mkdir(exist_ok=True)
    return folder, str(service.share("alice", "hydrology", "bob", role)["share"])


async def test_who_am_i(bob: Fetch) -> None:
    assert Me.model_validate_json((await bob("GET", "me")).body).user == "bob"


async def test_a_shared_file_is_listed_read_written_and_kept_from_being_overwritten(
    service: LocalService, bob: Fetch
) -> None:
    folder, share = await asyncio.to_thread(shared_folder, service, "editor")
    content = os.urandom(5_000_000)
    (folder / "data 100%.bin").write_bytes(content)
    grants = GrantPage.model_validate_json((await bob("GET", "grants?direction=with-me")).body)
    assert [(grant.workspace, grant.name) for grant in grants.items] == [(share, "hydrology")]
    page = EntryPage.model_validate_json((await bob("GET", f"workspaces/{share}/entries/?limit=10")).body)
    assert [entry.path for entry in page.items] == ["data 100%.bin"]
    address = f"workspaces/{share}/files/data%20100%25.bin"
    answer = await bob("GET", address)
    assert hashlib.sha256(answer.body).digest() == hashlib.sha256(content).digest()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    part = await bob("GET", address, headers={"Range": "bytes=10-19"})
    assert (part.code, part.body) == (206, content[10:20])
    assert (await bob("HEAD", address)).headers["Content-Length"] == "5000000"
    assert (await bob("GET", address, headers={"If-None-Match": answer.headers["ETag"]})).code == 304

    written = await bob("PUT", address, body=content[::-1], headers={"If-Match": answer.headers["ETag"]})
    assert written.code == 200
    assert (folder / "data 100%.bin").read_bytes() == content[::-1]
    again = await bob("PUT", address, body=content * 4, headers={"If-Match": answer.headers["ETag"]})
    assert (again.code, Problem.model_validate_json(again.body).code) == (412, "changed")
    blind = await bob("PUT", address, body=content)
    assert (blind.code, Problem.model_validate_json(blind.body).code) == (428, "precondition-required")
    assert (folder / "data 100%.bin").read_bytes() == content[::-1]


async def test_a_folder_is_made_through_it_and_names_stay_as_they_are(
    service: LocalService, bob: Fetch
) -> None:
    folder, share = await asyncio.to_thread(shared_folder, service, "editor")
    address = f"workspaces/{share}/entries/%C3%A4%3F%23%26%20%2B"
    answer = await bob(
        "POST", address, body='{"operation": "mkdir"}', headers={"Content-Type": "application/json"}
    )
    assert answer.code == 201, answer.body
    assert Entry.model_validate_json(answer.body).path == "ä?#& +"
    assert (folder / "ä?#& +").is_dir()


async def test_az_01_what_is_not_shared_is_not_there(service: LocalService, bob: Fetch) -> None:
    (service.home("alice") / "private").write_text("secret")
    home = service.home_id("alice")
    answers = [
        await bob("GET", f"workspaces/{home}/files/private"),
        await bob("GET", f"workspaces/{home}/files/absent"),
        await bob("GET", "workspaces/w-invented/files/private"),
    ]
    assert {answer.code for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1


async def test_a_revoke_cuts_a_download_here_too(
    service: LocalService, bob: Fetch, http_server_client: Any, jp_base_url: str
) -> None:
    folder, share = await asyncio.to_thread(shared_folder, service, "viewer")
    size = 64 * 1024 * 1024
    with (folder / "big").open("wb") as file:
        file.truncate(size)
    port = http_server_client.get_http_port()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=65536)
    target = f"{jp_base_url}jupyter-apex-ws/v1/workspaces/{share}/files/big"
    token = service.token("bob")
    writer.write(
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    assert f"Content-Length: {size}".encode() in head
    listed = await bob("GET", "grants?direction=with-me")
    (grant,) = GrantPage.model_validate_json(listed.body).items
    await asyncio.to_thread(service.ask, "DELETE", f"grants/{grant.id}", by="alice")
    received = 0
    try:
        while part := await reader.read(1 << 20):
            received += len(part)
    except ConnectionResetError:
        pass
    assert received < size
    writer.close()
    assert (await bob("GET", f"workspaces/{share}/files/big")).code == 404


@pytest.fixture
async def heard(
    bobs_server: None, started: ApexExtension, jp_serverapp: Any
) -> AsyncIterator[list[dict[str, Any]]]:
    found: list[dict[str, Any]] = []

    async def listener(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        found.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=SCHEMA, listener=listener)
    yield found


async def test_a_new_share_is_heard_of_in_bobs_pages(
    service: LocalService, heard: list[dict[str, Any]]
) -> None:
    await asyncio.sleep(0.3)
    await asyncio.to_thread(shared_folder, service, "viewer")
    await until(lambda: any(event["topic"] == "shared-with-me" for event in heard), 5)
    assert all(set(event) == {"topic", "revision"} for event in heard)


async def test_a_folder_renamed_in_jupyter_keeps_its_grants_at_once(
    service: LocalService,
    index_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    jp_server_config: dict[str, Any],
    jp_configurable_serverapp: Any,
) -> None:
    _, share = await asyncio.to_thread(shared_folder, service, "viewer")
    home = service.home("alice")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", service.hub.new_token("alice", ("data",)))
    monkeypatch.setenv("APEX_WS_SERVICE_URL", service.url)
    jp_server_config["ServerApp"]["contents_manager_class"] = (
        "jupyter_apex_ws.server.contents.ApexContentsManager"
    )
    server = jp_configurable_serverapp(root_dir=home)
    (extension,) = server.extension_manager.extension_apps["jupyter_apex_ws"]
    await extension._start_jupyter_server_extension(server)
    try:
        await server.contents_manager.rename("hydrology", "water")

        async def listed() -> bool:
            answer = await asyncio.to_thread(service.ask, "GET", f"workspaces/{share}/entries/", by="bob")
            return answer.status_code == 200

        await until(listed, 5)
        assert (home / "water").is_dir()
    finally:
        await extension.stop_extension()

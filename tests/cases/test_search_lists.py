"""SE: search and lists tell nothing that one may not see, at a real hub."""

import secrets
import statistics
import time
from collections.abc import Callable
from typing import Any

from tests.support.hub import RealHub
from tests.support.shared_folder import Sharing, write
from tests.support.waiting import until


def found(hub: RealHub, text: str, by: str) -> dict[str, Any]:
    answer = hub.service("GET", f"search?q={text}", by=by)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def test_se_01_words_of_others_are_not_found(
    hub: RealHub, sharing: Sharing, count: Callable[[int, int], int]
) -> None:
    word = f"needle{secrets.token_hex(4)}"
    for number in range(20):
        write(sharing.folder / f"{word}-folder-{number}", **{f"{word}{number}": word})
    grant = sharing.give("bob")
    until(lambda: found(hub, word, "bob")["total"] == 40, 20)

    nothing = f"needle{secrets.token_hex(4)}"
    for by in ("dave", "carol"):
        for text in (word, word[:9], f"{word}-folder-1", word.upper(), f"%20{word}%20"):
            page = found(hub, text, by)
            assert (page["items"], page["total"], page["next_cursor"]) == ([], 0, None)
        assert found(hub, word, by) == found(hub, nothing, by)
    _same_time(hub, word, nothing, count(60, 500))
    assert sharing.revoke(grant) == 204


def _same_time(hub: RealHub, hidden: str, absent: str, times: int) -> None:
    """Interleaved, by the median: a word that others have takes no longer than one that nobody has."""
    seconds: dict[str, list[float]] = {hidden: [], absent: []}
    for _ in range(times):
        for word, taken in seconds.items():
            began = time.perf_counter()
            found(hub, word, "dave")
            taken.append(time.perf_counter() - began)
    slow, fast = (statistics.median(taken) for taken in seconds.values())
    assert 0.5 < slow / fast < 2


def test_se_01_a_grantee_finds_his_share_and_nothing_beside_it(hub: RealHub, sharing: Sharing) -> None:
    word = f"needle{secrets.token_hex(4)}"
    write(sharing.folder / "open", **{f"{word}-mine": "a"})
    write(sharing.folder / "closed", **{f"{word}-other": "b"})
    (sharing.folder / f"{word}-above").mkdir()
    write(sharing.folder / "open" / f".{word}-hidden", **{word: "c"})
    sharing.give("bob", path="open")
    until(lambda: found(hub, word, "bob")["total"] == 1, 20)

    page = found(hub, word, "bob")
    assert [item["name"] for item in page["items"]] == [f"{word}-mine"]
    assert sharing.name not in str(page)
    for text in ("closed", sharing.name, f"open%20{word}-other"):
        assert found(hub, text, "bob")["items"] == []


def test_se_03_what_was_revoked_is_gone_at_once(hub: RealHub, sharing: Sharing) -> None:
    word = f"needle{secrets.token_hex(4)}"
    write(sharing.folder, **{word: "a"})
    grant = sharing.give("bob")
    until(lambda: found(hub, word, "bob")["total"] == 1, 20)

    assert sharing.revoke(grant) == 204
    assert found(hub, word, "bob")["total"] == 0
    listed = hub.service("GET", "grants?direction=with-me&limit=1000", by="bob").json()["items"]
    assert grant["id"] not in [item["id"] for item in listed]


def test_se_03_what_was_deleted_or_moved_out_is_gone_at_once(hub: RealHub, sharing: Sharing) -> None:
    word = f"needle{secrets.token_hex(4)}"
    names = {f"{word}-{way}": way for way in ("deleted", "unlinked", "moved", "renamed", "outside")}
    write(sharing.folder / "open", **names)
    (sharing.folder / "closed").mkdir()
    share = sharing.give("bob", path="open")["share"]
    until(lambda: found(hub, word, "bob")["total"] == 5, 20)
    home = f"workspaces/{sharing.home.name}"
    folder = f"{sharing.name}/open"

    etag = hub.service("HEAD", f"{home}/files/{folder}/{word}-deleted", by="alice").headers["etag"]
    deleted = hub.service(
        "DELETE", f"{home}/files/{folder}/{word}-deleted", by="alice", headers={"If-Match": etag}
    )
    assert deleted.status_code == 204
    assert found(hub, word, "bob")["total"] == 4

    (sharing.folder / "open" / f"{word}-unlinked").unlink()
    assert found(hub, word, "bob")["total"] == 3

    for way, to in (
        ("moved", f"{sharing.name}/closed/x"),
        ("renamed", f"{folder}/another"),
    ):
        body = {"operation": "move", "to": to}
        moved = hub.service("POST", f"{home}/entries/{folder}/{word}-{way}", by="alice", json=body)
        assert moved.status_code == 200
    assert found(hub, word, "bob")["total"] == 1

    (sharing.folder / "open" / f"{word}-outside").rename(sharing.folder / "closed" / f"{word}-outside")
    assert found(hub, word, "bob")["total"] == 0
    assert sharing.status("GET", f"{share}/files/{word}-outside", "bob") == 404


def test_se_03_a_share_whose_folder_was_exchanged_is_gone_at_once(hub: RealHub, sharing: Sharing) -> None:
    word = f"needle{secrets.token_hex(4)}"
    write(sharing.folder / "open", **{word: "a"})
    sharing.give("bob", path="open")
    until(lambda: found(hub, word, "bob")["total"] == 1, 20)
    (sharing.folder / "open").rename(sharing.folder / "away")
    write(sharing.folder / "open", **{word: "another folder"})

    assert found(hub, word, "bob")["total"] == 0

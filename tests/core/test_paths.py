"""Paths out of request lines and bodies."""

import pytest

from jupyter_apex_ws.core import paths
from jupyter_apex_ws.core.errors import Invalid, Malformed


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"", ()),
        (b"a", (b"a",)),
        (b"a/b%20c", (b"a", b"b c")),
        (b"%C3%A4", ("ä".encode(),)),
        (b"100%25", (b"100%",)),
        (b"%252e%252e", (b"%2e%2e",)),  # decoded once, never twice
        (b"a%5Cb", (b"a\\b",)),
        (b"...", (b"...",)),
        (b"%E2%80%AEgpj.exe", ("\u202egpj.exe".encode(),)),
        (b"a+b", (b"a+b",)),
        (b"~", (b"~",)),
        (b"x" * 255, (b"x" * 255,)),
        (b"/".join([b"d"] * 200), (b"d",) * 200),
    ],
)
def test_a_raw_path_is_decoded_exactly_once(raw: bytes, path: paths.RelPath) -> None:
    assert paths.parse_raw(raw) == path


@pytest.mark.parametrize(
    "raw",
    [
        b"/",
        b"/a",
        b"a//b",
        b".",
        b"..",
        b"a/../b",
        b"%2e%2e",
        b"%2E%2e/etc",
        b".%2e",
        b"a%2Fb",
        b"a%2fb",
        b"%00",
        b"a%00b",
        b"%",
        b"%4",
        b"%zz",
        b"%u002e",
        b"%FF",
        b"%C0%AE%C0%AE",  # an overlong dot
        b"%ED%A0%80",  # a surrogate
        b"a%0Ab",
        b"%7F",
        b"%C2%85",
        b"%E2%80%A8",
        b"a b",
        b"a\xc3\xa4",
        b"a?b",
        b"a#b",
        b"x" * 256,
        b"%78" * 256,
        b"/".join([b"d"] * 201),
        b"/".join([b"x" * 200] * 21),
    ],
)
def test_what_could_mean_something_else_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        paths.parse_raw(raw)
    with pytest.raises(Malformed):
        paths.parse_raw(raw + b"/" if raw != b"/" else b"//", folder=True)


def test_a_trailing_slash_is_a_folders_only() -> None:
    assert paths.parse_raw(b"a/", folder=True) == (b"a",)
    assert paths.parse_raw(b"/", folder=True) == ()
    with pytest.raises(Malformed):
        paths.parse_raw(b"a/")
    with pytest.raises(Malformed):
        paths.parse_raw(b"a//", folder=True)


@pytest.mark.parametrize(
    "text", ["/a", "a/", "a//b", ".", "a/..", "a\0", "a\n", "\ud800", "x" * 256, "a/" * 200 + "a"]
)
def test_text_that_is_no_path_is_invalid_and_the_field_is_named(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        paths.from_text(text, pointer="/to")
    assert [error.pointer for error in caught.value.errors] == ["/to"]


@pytest.mark.parametrize("text", ["", "a", "a/ä/\u202ex", "a%2fb", "e\u0301/é"])
def test_text_comes_back_as_it_was(text: str) -> None:
    assert paths.to_text(paths.from_text(text)) == text


def test_what_cannot_be_written_has_no_text() -> None:
    assert paths.to_text((b"a", b"\xff")) is None
    assert paths.to_text((b"a\nb",)) is None


@pytest.mark.parametrize("name", [b"\xff", b"a\nb", b"a", b"x" * 255, "ä".encode(), b"-_-"])
def test_an_entry_id_names_the_bytes(name: bytes) -> None:
    assert paths.from_entry_id(paths.entry_id(name)) == name


@pytest.mark.parametrize(
    "entry",
    ["", "=", "YQ==", "YR", "Y", "Lg", "Li4", "AA", "YS9i", "L2V0Yw", "../..", "ä", "YQ\n", "QQ" * 400],
)
def test_an_entry_id_that_was_never_given_is_refused(entry: str) -> None:
    with pytest.raises(Malformed):
        paths.from_entry_id(entry)


def test_what_lies_below_an_unwritable_name_has_an_address() -> None:
    path = (b"a", b"\xff", b"b", b"c\n")
    folder, entry = paths.address(path)
    assert folder == "a"
    assert paths.at_address(paths.from_text(folder), entry) == path
    assert paths.address((b"a", b"b")) == ("a/b", None)
    assert paths.at_address((b"a",), None) == (b"a",)
    with pytest.raises(Malformed):
        paths.at_address((b"d",) * 200, paths.entry_id(b"x"))


def test_a_name_is_shown_without_control_over_the_page() -> None:
    assert paths.display_name("ä.txt".encode()) == "ä.txt"
    assert paths.display_name(b"a\xffb") == "a\\xffb"
    assert paths.display_name(b"a\n\x1b[2J") == "a\\x0a\\x1b[2J"
    assert paths.display_name("\u202egpj.exe".encode()) == "\\u202egpj.exe"


def test_hidden_at_any_depth() -> None:
    assert paths.hidden((b"a", b".b", b"c"))
    assert not paths.hidden((b"a.b", b"c."))
    assert not paths.hidden(())

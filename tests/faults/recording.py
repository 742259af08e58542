"""What a process did to its disk, as strace saw it: every write, sync and change of a name, with the bytes,
in the order in which the kernel did them; and each answer that it sent.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_CALLS = (
    "open,openat,openat2,creat,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,"
    "unlink,unlinkat,mkdir,mkdirat,rmdir,sendto,sendmsg"
)
_HEX = r"(?:\\x[0-9a-f]{2})*"
_CALL = re.compile(rf"(\w+)\((.*)\) += (\d+)(?:<({_HEX})>)?$", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)", re.DOTALL)
_FOLDER_AND_NAME = re.compile(rf'(?:\w+<({_HEX})>(?:\(deleted\))?, )?"({_HEX})"')
_WRITTEN = re.compile(rf'(\d+)<({_HEX})>(?:\(deleted\))?, "({_HEX})", \d+(?:, (\d+))?')
_FILE = re.compile(rf"(\d+)<({_HEX})>(?:\(deleted\))?(?:, (\d+))?")
_ANSWER = re.compile(rf'\d+<TCP:\[[^\]]*->[^\]]*:(\d+)\]>.*?"({_HEX})"')
_EXCHANGE = "RENAME_EXCHANGE"


def around(trace: Path) -> list[str]:
    """What to put before a command so that it is recorded in `trace`."""
    return ["strace", "-f", "-yy", "-xx", "-s", "100000000", "-e", f"trace={_CALLS}", "-o", str(trace)]


@dataclass(frozen=True)
class Call:
    """A call that succeeded. `began`: how many calls were over when it began. Paths are whole ones.

    `what`: open, write, truncate, sync, rename, exchange, unlink, mkdir or answer. `number` is the descriptor
    of the first four; the client's port of an answer. `offset` is None for a write where the last one ended.
    """

    what: str
    began: int
    path: str = ""
    to: str = ""
    number: int = -1
    data: bytes = b""
    offset: int | None = None
    creates: bool = False


def calls(trace: Path) -> list[Call]:
    """In the order in which they ended."""
    found: list[Call] = []
    with trace.open(encoding="latin-1") as lines:
        for began, text in _whole(lines, found):
            parsed = _CALL.fullmatch(text)
            made = None if parsed is None else _call(parsed[1], parsed[2], int(parsed[3]), parsed[4], began)
            if made is not None:
                found.append(made)
    return found


def _whole(lines: Iterable[str], ended: list[Call]) -> Iterator[tuple[int, str]]:
    """Calls whose begin and end stand apart, put together."""
    begun: dict[str, tuple[int, str]] = {}
    for line in lines:
        thread, _, text = line.rstrip("\n").partition(" ")
        text = text.lstrip()
        resumed = _RESUMED.fullmatch(text)
        if text.endswith("<unfinished ...>"):
            begun[thread] = (len(ended), text.removesuffix("<unfinished ...>").rstrip())
        elif resumed is not None and thread in begun:
            began, start = begun.pop(thread)
            yield began, start + resumed[1]
        else:
            yield len(ended), text


def _call(name: str, arguments: str, result: int, opened: str | None, began: int) -> Call | None:
    if name in {"open", "openat", "openat2", "creat"}:
        creates = "O_CREAT" in arguments or name == "creat"
        return Call("open", began, _text(opened or ""), number=result, creates=creates)
    if name in {"write", "pwrite64"} and (written := _WRITTEN.match(arguments)):
        number, path, data, offset = written.groups()
        data_ = _bytes(data)[:result]
        at = None if offset is None else int(offset)
        return Call("write", began, _text(path), number=int(number), data=data_, offset=at)
    if name in {"fsync", "fdatasync", "ftruncate"} and (file := _FILE.match(arguments)):
        what, size = ("truncate", int(file[3])) if name == "ftruncate" else ("sync", None)
        return Call(what, began, _text(file[2]), number=int(file[1]), offset=size)
    if name in {"sendto", "sendmsg"} and (answer := _ANSWER.match(arguments)):
        is_answer = _bytes(answer[2][: 4 * 9]) == b"HTTP/1.1 "
        return Call("answer", began, number=int(answer[1])) if is_answer else None
    return _change_of_names(name, arguments, began)


def _change_of_names(name: str, arguments: str, began: int) -> Call | None:
    paths = [_path(folder, last) for folder, last in _FOLDER_AND_NAME.findall(arguments)]
    if name.startswith("rename"):
        what = "exchange" if _EXCHANGE in arguments else "rename"
        return Call(what, began, paths[0], to=paths[1])
    what_of = {
        "unlink": "unlink",
        "unlinkat": "unlink",
        "rmdir": "unlink",
        "mkdir": "mkdir",
        "mkdirat": "mkdir",
    }
    return Call(what_of[name], began, paths[0]) if name in what_of and paths else None


def _path(folder: str, name: str) -> str:
    last = _text(name)
    return last if last.startswith("/") else f"{_text(folder)}/{last}"


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _text(text: str) -> str:
    return _bytes(text).decode("utf-8", "surrogateescape")

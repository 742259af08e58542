"""Run by test_files_cut_off.py: save `new` over `old`, and die before or after the step of a given number."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_apex_ws.adapters.files import LocalFileStore, syscalls
from jupyter_apex_ws.core.ports import Anchor

DIED = 42


def main(root: str, step: int, when: str, act: str) -> None:
    store = LocalFileStore(Path(root))
    anchor = Anchor("w-1", (), None)
    etag = None if act == "create" else store.stat(anchor, (b"a.txt",)).etag
    _die_at(step, when)
    if act == "delete":
        store.delete(anchor, (b"a.txt",), if_match=etag)
        return
    writer = store.writer(anchor, (b"a.txt",))
    for _ in range(3):
        writer.write(b"new" * 50_000)
    writer.commit(if_match=etag, create=etag is None)


def _die_at(step: int, when: str) -> None:
    count = 0

    def dying(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == step and when == "before":
                os._exit(DIED)
            result = original(*arguments, **named)
            if count == step:
                os._exit(DIED)
            return result

        return call

    for name in ("open", "write", "fchmod", "fsync", "rename", "unlink", "link"):
        setattr(os, name, dying(getattr(os, name)))
    for name in ("openat2", "renameat2"):
        setattr(syscalls, name, dying(getattr(syscalls, name)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])

"""A planted fault, run in the service's place: it answers first and commits a moment later.

The database that it works on is in memory-backed files of its own; a thread copies it to the state again and
again. All is well until the process is killed: what was acknowledged since the last copy is gone.
"""

import os
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path

from jupyter_apex_ws.hub import __main__ as service
from jupyter_apex_ws.hub.settings import Settings

BEHIND_SECONDS = 0.5


def main() -> int:
    kept = Path(os.environ["APEX_WS_STATE"]) / "apex-ws.sqlite"
    used = Path(tempfile.mkdtemp()) / "apex-ws.sqlite"
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    if kept.exists():
        shutil.copy(kept, used)
    Settings.database = property(lambda self: used)  # type: ignore[assignment, method-assign]
    threading.Thread(target=_copy_again_and_again, args=(used, kept), daemon=True).start()
    return service.main()


def _copy_again_and_again(used: Path, kept: Path) -> None:
    while True:
        time.sleep(BEHIND_SECONDS)
        copy = kept.with_name("copy.sqlite")
        with sqlite3.connect(used) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        source.close()
        target.close()
        copy.replace(kept)


if __name__ == "__main__":
    sys.exit(main())

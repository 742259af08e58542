"""Run by test_sqlite.py: adds people one by one, and says each number once its commit is done."""

import sys
from itertools import count
from pathlib import Path

from support.sharing import NOW

from jupyter_apex_ws.adapters.database import SqliteDatabase
from jupyter_apex_ws.core.ports import HubUser
from jupyter_apex_ws.core.principals import ensure_user

database = SqliteDatabase.open(Path(sys.argv[1]))
for number in count():
    with database.writing() as tx:
        ensure_user(tx, HubUser(f"person{number}", "2026", False, ()), now=NOW)
    print(number, flush=True)

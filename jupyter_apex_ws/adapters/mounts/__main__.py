"""Mount what a plan says, say what became of it, and become the program that was named.

    PLAN REPORT HOME: numbers of inherited descriptors. Afterwards HOME is the home with the shares in it.

Whatever goes wrong, the program is started: a server without shares is better than none.
"""

import os
import sys

from . import syscalls
from .plan import Plan, Report
from .tree import Mounts, Refused


def main() -> None:
    plan, report, home = map(int, sys.argv[1:4])
    program = sys.argv[4:]
    with os.fdopen(plan, "rb") as file:
        wanted = Plan.from_json(file.read())
    told = _mounted(wanted, home)
    os.write(report, told.to_json())
    os.close(report)
    os.execvp(program[0], program)  # noqa: S606  (no shell)


def _mounted(plan: Plan, home: int) -> Report:
    try:
        syscalls.own_namespace()
        mounts = Mounts(plan)
        try:
            report = mounts.make()
            os.dup2(mounts.home.number, home, inheritable=True)
        finally:
            mounts.close()
    except Refused as refused:
        return Report(reason=str(refused))
    except OSError as error:
        return Report(reason=_CANNOT.format(reason=error.strerror))
    return report


_CANNOT = "This machine does not let shares be mounted ({reason}): tell the administrator of this hub."

if __name__ == "__main__":
    main()

"""Which processes run, and what came from which."""

from pathlib import Path


def process_tree() -> dict[int, tuple[int, str]]:
    """pid -> (parent, command line) of all processes of this machine."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parent = next(line for line in status.read_text().splitlines() if line.startswith("PPid:"))
            command = (status.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (OSError, StopIteration):
            continue
        found[int(status.parent.name)] = (int(parent.split()[1]), command)
    return found


def below(pid: int) -> dict[int, str]:
    """pid -> command line of all that came from `pid`."""
    tree = process_tree()
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        children = {child: command for child, (of, command) in tree.items() if of == parent}
        found |= children
        waiting += children
    return found

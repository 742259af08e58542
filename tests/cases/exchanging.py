"""The attacker of FS-03, a process of its own: exchange two names as fast as the kernel can, until killed."""

import ctypes
import sys

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def main(one: str, other: str) -> None:
    rename = ctypes.CDLL(None, use_errno=True).renameat2
    arguments = (_AT_FDCWD, one.encode(), _AT_FDCWD, other.encode(), _RENAME_EXCHANGE)
    if rename(*arguments) != 0:
        sys.exit("this file system does not exchange names")
    print("started", flush=True)
    while True:
        rename(*arguments)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

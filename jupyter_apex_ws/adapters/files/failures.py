"""What the operating system refuses, in the words of the product: no raw OSError leaves this adapter."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from ...core.errors import ApexError, Conflict, Forbidden, NotFound, StorageFull, Unavailable

_ABSENT = frozenset(
    {
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.ELOOP,  # a link on the way
        errno.EXDEV,  # would lead out of the root
        errno.ENXIO,  # a socket, or a device that is none
        errno.ENODEV,
        errno.ENAMETOOLONG,
        errno.ESTALE,
    }
)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EACCES, errno.EPERM})
_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY})


@contextmanager
def translated() -> Iterator[None]:
    """Turn an OSError of the block into one of our classes."""
    try:
        yield
    except OSError as error:
        raise as_apex_error(error) from error


def as_apex_error(error: OSError) -> ApexError:
    """The class of ours for an error of the system; what is not known is Unavailable, never an allow."""
    code = error.errno
    if code in _ABSENT:
        return NotFound()
    if code in _FULL:
        return StorageFull(
            "There is no room left where this is kept. Delete something, or ask for more room."
        )
    if code in _REFUSED:
        return Forbidden("The storage does not permit this. Its owner can change the file's permissions.")
    if code in _TAKEN:
        return Conflict("Something else is there. Choose another name, or empty the folder first.")
    return Unavailable("The storage does not answer as it should. Try again in a moment.", retry_after=5)

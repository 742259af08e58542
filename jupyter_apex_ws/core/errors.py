"""What can go wrong, in the words of the product. Each class is one kind of answer; adapters raise no other.

`detail` is for the person who asked: what was refused and what to do. No server path, no token is ever in it.
"""

from ..contract.problems import Code, FieldError


class ApexError(Exception):
    """Base of everything that is answered as a problem."""

    code: Code = Code.INTERNAL
    status: int = 500
    title: str = "Something went wrong"

    def __init__(
        self, detail: str, *, errors: list[FieldError] | None = None, retry_after: int | None = None
    ):
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []
        self.retry_after = retry_after


class Unauthenticated(ApexError):
    code, status, title = Code.UNAUTHENTICATED, 401, "Not signed in"


class ScopeMissing(ApexError):
    code, status, title = Code.SCOPE_MISSING, 403, "This token may not do that"


class Forbidden(ApexError):
    code, status, title = Code.FORBIDDEN, 403, "Not allowed"


class NotFound(ApexError):
    """Absent, or not the asking person's to know about: one body for both (R1)."""

    code, status, title = Code.NOT_FOUND, 404, "Not found"

    def __init__(self) -> None:
        super().__init__(
            "There is nothing here that you have access to. Check the address, or ask its owner."
        )


class Malformed(ApexError):
    code, status, title = Code.MALFORMED, 400, "Not understood"


class Invalid(ApexError):
    code, status, title = Code.INVALID, 422, "Some values cannot be used"


class Conflict(ApexError):
    code, status, title = Code.CONFLICT, 409, "In the way of something else"


class Changed(ApexError):
    """The file is not the version that the request was made for (412)."""

    code, status, title = Code.CHANGED, 412, "Changed in the meantime"


class PreconditionRequired(ApexError):
    code, status, title = Code.PRECONDITION_REQUIRED, 428, "Say which version you change"


class TooLarge(ApexError):
    code, status, title = Code.TOO_LARGE, 413, "Too large"


class RangeNotSatisfiable(ApexError):
    """`size` is the whole file's, in bytes: the answer says it."""

    code, status, title = Code.RANGE, 416, "No such part of the file"

    def __init__(self, detail: str, *, size: int):
        super().__init__(detail)
        self.size = size


class TooMany(ApexError):
    code, status, title = Code.TOO_MANY, 429, "Too many requests"


class StorageFull(ApexError):
    code, status, title = Code.STORAGE_FULL, 507, "No room left"


class Unavailable(ApexError):
    """A part that is needed is down (503 with Retry-After); never an allow."""

    code, status, title = Code.UNAVAILABLE, 503, "Not available right now"

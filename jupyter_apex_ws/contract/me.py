"""Who is asking, and what is there for them."""

from .base import Id, Instant, Model
from .principals import Principal


class Limits(Model):
    """Limits in force. Sizes in bytes, the grant's longest life in seconds (null: no limit)."""

    max_file_bytes: int
    max_grant_seconds: int | None


class Me(Model):
    """The person behind the token. `teams` are the person's hub groups."""

    user: str
    display_name: str
    teams: list[Principal]
    roles: list[str]
    permissions: list[str]
    areas: list[str]
    default_area: str
    personal_workspace: Id
    namespace: str | None
    limits: Limits
    now: Instant

"""People, hub groups and everyone on the hub, as they are found and named in grants."""

from enum import StrEnum

from pydantic import Field

from .base import Model, Page


class PrincipalKind(StrEnum):
    """Who can hold a grant. `group` is a group of the hub, `everyone` whoever is on the hub: its one name is
    "everyone"."""

    USER = "user"
    GROUP = "group"
    EVERYONE = "everyone"


class PrincipalName(Model):
    """Somebody named by kind and name, as in the body of a new grant."""

    kind: PrincipalKind
    name: str = Field(min_length=1, max_length=255)


class Principal(Model):
    """A person, a hub group, or everyone. `members` is the size of a group, null for the others."""

    kind: PrincipalKind
    name: str
    display_name: str
    members: int | None = None


class PrincipalPage(Page):
    """People and groups that match a query."""

    items: list[Principal]

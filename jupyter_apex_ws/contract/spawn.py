"""What the hub's spawner gets to know before a person's server starts."""

from .base import Id, Model


class SpawnPlan(Model):
    """The person's own workspace; its directory is there."""

    workspace: Id

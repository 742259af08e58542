"""Whether the service is up."""

from typing import Literal

from .base import Model


class Health(Model):
    """Up, and nothing else."""

    status: Literal["up"]

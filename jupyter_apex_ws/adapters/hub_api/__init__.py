"""The hub's REST API, asked with the service's own token."""

from .directory import HubApi

__all__ = ["HubApi"]

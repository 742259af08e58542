"""What a jupyterhub_config.py calls: one function, `configure(c, state=…)`."""

from .checks import UnsafeConfiguration
from .configuration import Isolation, configure

__all__ = ["Isolation", "UnsafeConfiguration", "configure"]

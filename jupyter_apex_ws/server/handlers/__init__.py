"""What this server answers below `jupyter-apex-ws/v1/`."""

from .forward import ForwardHandler
from .local import RecentHandler, SearchHandler, StatusHandler

handlers = [
    (r"/jupyter-apex-ws/v1/local/status", StatusHandler),
    (r"/jupyter-apex-ws/v1/local/recent", RecentHandler),
    (r"/jupyter-apex-ws/v1/local/search", SearchHandler),
    (r"/jupyter-apex-ws/v1/.*", ForwardHandler),
]

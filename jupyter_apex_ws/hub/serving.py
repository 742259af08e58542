"""How the application is served: HTTP/1.1 on one address, nothing believed that a proxy's header says."""

import asyncio
import signal
from types import FrameType
from typing import Final

import uvicorn

from .broker import Broker
from .protocol import CuttableProtocol
from .service import Service

_SECONDS_TO_END: Final = 3


class Server(uvicorn.Server):
    """Ends the event streams when it shall stop: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, broker: Broker) -> None:
        super().__init__(config)
        self._loop = asyncio.get_running_loop()
        self._broker = broker

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """On SIGTERM and SIGINT. SIGINT is how the hub stops us."""
        again = self.should_exit
        self.stop()
        if sig != signal.SIGINT:
            super().handle_exit(sig, frame)
        elif again:
            self.force_exit = True
        # Uvicorn would raise SIGINT again at its end, and so cut off the orderly end of all else.

    def stop(self) -> None:
        """End soon. From any thread."""
        self._loop.call_soon_threadsafe(self._broker.end)
        self.should_exit = True


def server_for(service: Service, host: str, port: int) -> Server:
    """The server of a service; port 0 takes a free one. Call in the event loop."""
    config = uvicorn.Config(
        service.app,
        host=host,
        port=port,
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )
    return Server(config, service.parts.broker)

"""`python -m jupyter_apex_ws.hub`: the service, as the hub starts it."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from types import FrameType
from typing import Final

import uvicorn
from jupyterhub.httpclient import JupyterHubHTTPClient

from ..adapters.hub_api import HubApi
from . import logs
from .broker import Broker
from .caller import HubTokenCheck
from .protocol import CuttableProtocol
from .service import running
from .settings import Settings, SettingsError, from_environment

_SECONDS_TO_END: Final = 3


class _Server(uvicorn.Server):
    """Ends the event streams when it shall stop: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, broker: Broker) -> None:
        super().__init__(config)
        self._loop = asyncio.get_running_loop()
        self._broker = broker

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._loop.call_soon_threadsafe(self._broker.end)
        super().handle_exit(sig, frame)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    check = HubTokenCheck(settings.hub_api, settings.token)
    with HubApi(settings.hub_api, settings.token) as directory:
        async with running(settings, check=check, directory=directory, clock=_now) as service:
            config = uvicorn.Config(
                service.app,
                host=settings.host,
                port=settings.port,
                http=CuttableProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_SECONDS_TO_END,
            )
            await _Server(config, service.parts.broker).serve()
        await JupyterHubHTTPClient.loop_instance().close()


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> int:
    """The process. 2 where a setting is missing or cannot be used."""
    logs.configure()
    try:
        settings = from_environment(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - before anything else runs
        return 2
    asyncio.run(serve(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())

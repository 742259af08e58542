"""`python -m jupyter_apex_ws.hub`: the service, as the hub starts it."""

import asyncio
import os
import sys
from datetime import UTC, datetime

from jupyterhub.httpclient import JupyterHubHTTPClient

from ..adapters.hub_api import HubApi
from . import logs
from .caller import HubTokenCheck
from .service import running
from .serving import server_for
from .settings import Settings, SettingsError, from_environment


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    check = HubTokenCheck(settings.hub_api, settings.token)
    with HubApi(settings.hub_api, settings.token) as directory:
        async with running(settings, check=check, directory=directory, clock=_now) as service:
            await server_for(service, settings.host, settings.port).serve()
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

"""`python -m jupyter_apex_ws.hub`: the service, as the hub starts it."""

import asyncio
import os
import socket
import sys
from contextlib import ExitStack
from datetime import UTC, datetime

from jupyterhub.httpclient import JupyterHubHTTPClient

from ..adapters.held_port import borrowed
from ..adapters.hub_api import HubApi
from . import logs
from .caller import HubTokenCheck
from .service import running
from .serving import server_for
from .settings import Settings, SettingsError, from_environment


async def serve(settings: Settings, sockets: list[socket.socket] | None) -> None:
    """Serve until SIGTERM or SIGINT, on `sockets` or else on a socket of our own."""
    check = HubTokenCheck(settings.hub_api, settings.token)
    with HubApi(settings.hub_api, settings.token) as directory:
        async with running(settings, check=check, directory=directory, clock=_now) as service:
            await server_for(service, settings.host, settings.port).serve(sockets)
        await JupyterHubHTTPClient.loop_instance().close()


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> int:
    """The process. 2 where a setting is missing or cannot be used, 1 where the hub lends no socket."""
    logs.configure()
    try:
        settings = from_environment(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - before anything else runs
        return 2
    with ExitStack() as stack:
        sockets = None
        if settings.lender is not None:
            try:
                sockets = [stack.enter_context(borrowed(settings.lender, settings.host, settings.port))]
            except OSError as error:
                # Never on a socket of our own then: the port would not be safe.
                print(f"The hub does not lend the socket: {error}", file=sys.stderr)  # noqa: T201
                return 1
        try:
            asyncio.run(serve(settings, sockets))
        except KeyboardInterrupt:
            # Before or after serving: Server takes it in between.
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

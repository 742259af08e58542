"""The port of a person's server, bound by the hub and handed over: nobody else can get it, before or after.

All servers share the machine's loopback network. A port that the hub only chose is free until the server
binds it, and free again when the server died; whoever takes it then is sent that person's requests, with
their cookies.
"""

import os
import socket

DESCRIPTOR = "APEX_WS_LISTEN_FD"
"""The variable with the number of the socket's descriptor."""


def bound_port() -> socket.socket:
    """A socket that listens on a free port of 127.0.0.1."""
    return socket.create_server(("127.0.0.1", 0), backlog=128)


def use_handed_over_socket() -> None:
    """In a person's server, before it starts: serve on the socket that the hub bound, if there is one."""
    number = os.environ.pop(DESCRIPTOR, "")
    if not number:
        return
    # Kernels and terminals must not get it.
    os.set_inheritable(int(number), False)
    handed_over = socket.socket(fileno=int(number))
    handed_over.setblocking(False)

    # Not at the top: the hub needs no Jupyter server.
    from jupyter_server.serverapp import ServerApp  # noqa: PLC0415

    def serve_on_it(server: ServerApp) -> bool:
        server.http_server.add_socket(handed_over)
        return True

    # Jupyter Server has no setting for this. Both are its own steps for a TCP port, in init_httpserver().
    ServerApp._find_http_port = lambda server: None  # type: ignore[assignment, method-assign]
    ServerApp._bind_http_server_tcp = serve_on_it  # type: ignore[assignment, method-assign]

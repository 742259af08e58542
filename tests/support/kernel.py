"""Run Python in a kernel of somebody's server, as a person at a notebook does."""

import json
import time
import uuid
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import websocket

from .hub import RealHub


class Kernel:
    """A kernel of `name`'s server, which must run. A context manager: the kernel ends with it."""

    def __init__(self, hub: RealHub, name: str) -> None:
        self._hub, self._name = hub, name
        answer = hub.server("POST", name, "api/kernels", json={"name": "python3"})
        answer.raise_for_status()
        self.id: str = answer.json()["id"]
        server = urlsplit(hub.server_url(name))
        self._socket = websocket.create_connection(
            f"ws://{server.netloc}{server.path}api/kernels/{self.id}/channels",
            header=[f"Authorization: token {hub.token(name)}"],
            timeout=60,
        )

    def send(self, code: str) -> str:
        """Ask for `code` to be run; the id of the question."""
        question = uuid.uuid4().hex
        message = {
            "header": {
                "msg_id": question,
                "msg_type": "execute_request",
                "username": self._name,
                "session": "test",
                "version": "5.3",
            },
            "parent_header": {},
            "metadata": {},
            "content": {"code": code, "silent": False, "store_history": False, "allow_stdin": False},
            "channel": "shell",
        }
        self._socket.send(json.dumps(message))
        return question

    def run(self, code: str, seconds: float = 60) -> str:
        """What `code` printed. Raises AssertionError with the traceback where it failed."""
        question = self.send(code)
        printed: list[str] = []
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            message: dict[str, Any] = json.loads(self._socket.recv())
            if message["parent_header"].get("msg_id") != question:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                printed.append(content["text"])
            elif message["msg_type"] == "error":
                raise AssertionError("\n".join(content["traceback"]))
            elif message["msg_type"] == "status" and content["execution_state"] == "idle":
                return "".join(printed)
        raise AssertionError(f"no answer from the kernel within {seconds} s")

    def __enter__(self) -> "Kernel":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._hub.server("DELETE", self._name, f"api/kernels/{self.id}")

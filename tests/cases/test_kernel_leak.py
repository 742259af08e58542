"""All servers share the machine's network: what a person's kernel prints must not be heard by others."""

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hub import RealHub
from tests.support.kernel import Kernel
from tests.support.processes import below

SECRET = "the dam at kilometre 14 has a crack"

# In bob's kernel: listen to every port in every way that needs no key.
LISTEN = """
import socket, threading, time, zmq

def listen(ports, seconds):
    heard, context, stop = [], zmq.Context.instance(), time.monotonic() + seconds

    def subscribe(port):
        with context.socket(zmq.SUB) as subscriber:
            subscriber.setsockopt(zmq.LINGER, 0)
            subscriber.subscribe(b"")
            subscriber.connect(f"tcp://127.0.0.1:{port}")
            while time.monotonic() < stop:
                if subscriber.poll(100):
                    heard.append((port, b" ".join(subscriber.recv_multipart())))

    def read(port):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as plain:
                plain.settimeout(0.2)
                while time.monotonic() < stop:
                    try:
                        part = plain.recv(65536)
                    except TimeoutError:
                        continue
                    if not part:
                        return
                    heard.append((port, part))
        except OSError:
            return

    threads = [threading.Thread(target=way, args=(port,)) for port in ports for way in (subscribe, read)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return heard
"""

# In alice's kernel: a kernel as Jupyter starts it by default.
TCP_KERNEL = """
from jupyter_client.manager import KernelManager
manager = KernelManager(kernel_name="python3", transport="tcp")
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
print(f"port={manager.iopub_port} ")
"""

PRINTING = f"""
import threading, time
def go_on(seconds):
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        print({SECRET!r}, flush=True)
        time.sleep(0.05)
"""


def listening_ports(hub: RealHub) -> set[int]:
    """Every TCP port where a process of this hub listens: proxy, hub, service, and everybody's servers."""
    sockets: set[str] = set()
    for pid in [hub.pid, *below(hub.pid)]:
        with contextlib.suppress(OSError):
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    found = re.fullmatch(r"socket:\[(\d+)\]", str(descriptor.readlink()))
                    sockets.update(found.groups() if found else ())
    ports = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in sockets:
                ports.add(int(words[1].rpartition(":")[2], 16))
    return ports


@pytest.fixture(scope="module")
def kernels(hub: RealHub) -> Iterator[tuple[Kernel, Kernel]]:
    """Alice's, and bob's."""
    hub.start_server("alice")
    hub.start_server("bob")
    with Kernel(hub, "alice") as alice, Kernel(hub, "bob") as bob:
        bob.run(LISTEN)
        alice.run(PRINTING)
        yield alice, bob
    hub.stop_server("alice")
    hub.stop_server("bob")


def heard(bob: Kernel, ports: set[int], seconds: float) -> list[tuple[int, str]]:
    listening = f"[(port, repr(what)) for port, what in listen({sorted(ports)}, {seconds})]"
    found: list[tuple[int, str]] = json.loads(bob.run(f"import json; print(json.dumps({listening}))"))
    return found


def test_nobody_hears_what_a_kernel_prints(hub: RealHub, kernels: tuple[Kernel, Kernel]) -> None:
    alice, bob = kernels
    ports = listening_ports(hub)
    # Proxy (two), hub, service, two servers.
    assert len(ports) >= 6
    alice.send("go_on(8)")
    assert [what for what in heard(bob, ports, 4) if SECRET in what[1]] == []


def test_a_kernel_offers_no_debugger_which_would_be_a_port_without_a_key(
    hub: RealHub, kernels: tuple[Kernel, Kernel]
) -> None:
    before = listening_ports(hub)
    with Kernel(hub, "alice") as another:
        found = another.run("import importlib.util; print(importlib.util.find_spec('debugpy'))")
        assert "_server" not in found and "__init__" not in found
        another.run("import ipykernel.debugger; assert not ipykernel.debugger._is_debugpy_available")
        # One is left, where ipykernel takes, and never gives, the output of subprocesses with its secret.
        assert len(listening_ports(hub) - before) <= 1


def test_over_tcp_the_same_rig_hears_it(hub: RealHub, kernels: tuple[Kernel, Kernel]) -> None:
    alice, bob = kernels
    told = re.search(r"port=(\d+)", alice.run(TCP_KERNEL, 90))
    assert told is not None
    iopub = int(told[1])
    ports = listening_ports(hub)
    assert iopub in ports
    alice.run(f"client.execute({PRINTING!r} + 'go_on(10)')")
    caught = [port for port, what in heard(bob, ports, 5) if SECRET in what]
    alice.run("client.stop_channels(); manager.shutdown_kernel(now=True)")
    assert iopub in caught

"""Find and share files with the people of your JupyterHub, from inside JupyterLab."""

from importlib.metadata import PackageNotFoundError, version

try:
    from ._version import __version__
except ImportError:  # a checkout that was not built
    try:
        __version__ = version("jupyter_apex_ws")
    except PackageNotFoundError:
        __version__ = "0.0.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-apex-ws"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    from .server.app import ApexExtension  # noqa: PLC0415  (the hub imports this package without Jupyter Server)

    return [{"module": "jupyter_apex_ws", "app": ApexExtension}]

"""Bytes on their way from a person into a file."""

from http import HTTPStatus
from typing import Final

import anyio.to_thread
from fastapi import Request

from ..contract.entries import Entry
from ..core.errors import Malformed, TooLarge
from ..core.transfers import Save, Transfers
from . import ranges
from .caller import Caller
from .target import Target

_BLOCK: Final = 1024 * 1024


class Uploads:
    """The answers to PUT on files."""

    def __init__(self, transfers: Transfers) -> None:
        self._transfers = transfers

    async def save(self, caller: Caller, target: Target, request: Request) -> tuple[Entry, HTTPStatus]:
        """Take the body to the disk, then make it visible in one step. Raises as `core` does."""
        headers = request.headers
        if "content-range" in headers or headers.get("content-encoding", "identity") != "identity":
            raise Malformed("Send the whole file as it is, without Content-Range and Content-Encoding.")
        create = ranges.makes_new(headers.getlist("if-none-match"))
        if_match = ranges.one_etag(headers.getlist("if-match"))
        save = await anyio.to_thread.run_sync(
            lambda: self._transfers.save(
                caller.person, target.workspace, target.path, if_match=if_match, create=create
            )
        )
        try:
            if int(headers.get("content-length", "0")) > self._transfers.limit:
                raise TooLarge("The file is larger than this hub takes. Ask its operator for more.")
            await _take(request, save)
            entry = await anyio.to_thread.run_sync(save.finish)
        finally:
            save.abort()
        return entry, HTTPStatus.CREATED if create else HTTPStatus.OK


async def _take(request: Request, save: Save) -> None:
    block = bytearray()
    async for piece in request.stream():
        block += piece
        if len(block) >= _BLOCK:
            await anyio.to_thread.run_sync(save.write, bytes(block))
            block.clear()
    if block:
        await anyio.to_thread.run_sync(save.write, bytes(block))

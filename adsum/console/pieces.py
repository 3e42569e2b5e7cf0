"""An answer that is sent as it is made: for work that takes a while, without a script and without a job."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from queue import Queue
from threading import Event, Thread
from typing import BinaryIO

from django.db import connections
from django.http import StreamingHttpResponse

PIECE_BYTES = 256 * 1024


class InPieces(StreamingHttpResponse):
    """The place in line (`portal/in_line.py`) passes these on as they come, instead of waiting for the whole."""

    comes_in_pieces = True


def zip_in_pieces(packed: BinaryIO, *, name: str) -> InPieces:
    """A ZIP on the disk as a download under this name; it is closed, and gone, once it was sent."""

    def pieces() -> Iterator[bytes]:
        with packed:
            packed.seek(0)
            while piece := packed.read(PIECE_BYTES):
                yield piece

    answer = InPieces(pieces(), content_type="application/zip")
    answer["Content-Length"] = packed.seek(0, 2)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def in_a_thread(pieces: Generator[str, None, None]) -> Generator[str, None, None]:
    """The same pieces, made in a thread of their own, with its own database connection, which it gives back.

    The server may ask for each piece from another thread. When nobody listens any more, the work ends.
    """
    made: Queue[str | BaseException | None] = Queue(maxsize=8)
    left = Event()

    def work() -> None:
        try:
            for piece in pieces:
                if left.is_set():
                    return
                made.put(piece)
            made.put(None)
        except BaseException as error:
            made.put(error)
        finally:
            pieces.close()
            connections.close_all()

    Thread(target=work, daemon=True).start()
    try:
        while (piece := made.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        left.set()
        while not made.empty():
            made.get_nowait()

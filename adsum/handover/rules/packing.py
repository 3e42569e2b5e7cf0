"""Writing a bundle: one ZIP, file by file, piece by piece, with the SHA-256 of each."""

import hashlib
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, BinaryIO

import orjson

from adsum.handover.rules.format import HOW_TO_CHECK, HOW_TO_CHECK_TEXT, SIGNATURE, statement_of

PIECE = 256 * 1024


class Packer:
    """One ZIP in the making."""

    def __init__(self, to: BinaryIO, *, made_at: datetime) -> None:
        self._zip = zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED)
        self._made_at = made_at
        self.sums: list[tuple[str, str]] = []

    def put(self, name: str, pieces: Iterable[bytes], *, packed: bool = True) -> None:
        """One file, as it comes."""
        info = zipfile.ZipInfo(name, self._made_at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        digest = hashlib.sha256()
        with self._zip.open(info, "w", force_zip64=True) as entry:
            for piece in pieces:
                digest.update(piece)
                entry.write(piece)
        self.sums.append((digest.hexdigest(), name))

    def put_lines(self, name: str, rows: Iterable[object]) -> None:
        """One JSON value a line."""
        self.put(name, (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))

    def put_json(self, name: str, value: object) -> None:
        """One JSON value."""
        self.put(name, [orjson.dumps(value, option=orjson.OPT_INDENT_2)])

    def put_file(self, name: str, file: BinaryIO) -> None:
        """What an open file holds; pictures and PDFs do not get smaller."""
        self.put(name, iter(lambda: file.read(PIECE), b""), packed=False)

    def close(self, sign: Callable[[str], dict[str, Any]]) -> str:
        """Sign what is in it, end the file; returns the SHA-256 of the statement, by which the bundle is known."""
        self.put(HOW_TO_CHECK, [HOW_TO_CHECK_TEXT.encode()])
        statement = statement_of(self._made_at.isoformat(), self.sums)
        self._zip.writestr(SIGNATURE, orjson.dumps({"statement": statement, **sign(statement)}))
        self._zip.close()
        return hashlib.sha256(statement.encode()).hexdigest()

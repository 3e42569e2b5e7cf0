"""Reading a bundle that somebody sent: nothing in it is believed before its signature and each hash were looked at."""

import base64
import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adsum.core.signing import is_signed
from adsum.handover.rules.format import (
    HEAD,
    NAMES,
    SIGNATURE,
    BundleRefused,
    Head,
    read_head,
    read_statement,
)
from adsum.handover.rules.packing import PIECE

T = TypeVar("T")
AT_ONCE = 200
MOST_FILES = 200_000
LONGEST_LINE = 16 * 1024 * 1024
LONGEST_SIGNATURE = 64 * 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)


def in_batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """So many at a time that memory stays flat."""
    coming = iter(rows)
    while batch := list(islice(coming, AT_ONCE)):
        yield batch


class Opened:
    """A bundle that is open. `bundle` is the SHA-256 of its statement, by which it is known."""

    def __init__(self, folder: zipfile.ZipFile, *, most_bytes: int) -> None:
        self._folder = folder
        self._infos = _listed(folder, most_bytes)
        signed = _object(self._whole(SIGNATURE, LONGEST_SIGNATURE), SIGNATURE)
        try:
            self.statement, self.signature = str(signed["statement"]), str(signed["signature"])
            self.public_key = str(signed["public_key"])
        except KeyError as error:
            raise BundleRefused(f"{SIGNATURE} lacks {error}") from error
        self.bundle = hashlib.sha256(self.statement.encode()).hexdigest()
        self._sums = read_statement(self.statement)

    @property
    def names(self) -> set[str]:
        """The files that were signed."""
        return set(self._sums)

    def verify(self) -> None:
        """The signature by the key that it names, and the hash of each file. Raises BundleRefused."""
        try:
            key = Ed25519PublicKey.from_public_bytes(_bytes(self.public_key))
            holds = is_signed(key, self.statement.encode(), _bytes(self.signature))
        except ValueError as error:
            raise BundleRefused("its key or its signature cannot be read") from error
        if not holds:
            raise BundleRefused("the signature does not fit: it was changed after it was signed")
        if strange := set(self._infos) - {SIGNATURE} ^ set(self._sums):
            raise BundleRefused(f"what is in it is not what was signed: {min(strange)}")
        for name in self._sums:
            with self._read(name) as file:
                for _ in self._pieces(name, file):
                    pass

    def head(self) -> Head:
        """Whose it is, from where and when."""
        return read_head(_object(self._whole(HEAD, LONGEST_LINE), HEAD))

    def value(self, name: str) -> Any:
        """One JSON value."""
        return _json(self._whole(name, LONGEST_SIGNATURE), name)

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """The JSON objects of a file, line by line; none where it is not there."""
        for line in self.lines(name):
            yield _object(line, name)

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file; at its end it must be what was signed, also if it changed since it was looked at."""
        if name not in self._sums:
            return
        digest = hashlib.sha256()
        with self._read(name) as file:
            while line := _guarded(name, lambda: file.readline(LONGEST_LINE)):
                if len(line) >= LONGEST_LINE:
                    raise BundleRefused(f"{name} has a line that is too long")
                digest.update(line)
                yield line
        self._hold(name, digest.hexdigest())

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, piece by piece, held against what was signed."""
        with self._read(name) as file:
            yield from self._pieces(name, file)

    def _pieces(self, name: str, file: IO[bytes]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        while piece := _guarded(name, lambda: file.read(PIECE)):
            digest.update(piece)
            yield piece
        self._hold(name, digest.hexdigest())

    def _hold(self, name: str, sha256: str) -> None:
        if sha256 != self._sums[name]:
            raise BundleRefused(f"{name} is not what was signed")

    def _read(self, name: str) -> IO[bytes]:
        if name not in self._infos:
            raise BundleRefused(f"{name} is missing: the file was cut off or made by hand")
        try:
            return self._folder.open(self._infos[name])
        except BROKEN as error:
            raise BundleRefused(f"{name} cannot be read ({error})") from error

    def _whole(self, name: str, most: int) -> bytes:
        with self._read(name) as file:
            content = _guarded(name, lambda: file.read(most + 1))
        if len(content) > most:
            raise BundleRefused(f"{name} is too long")
        return content


@contextmanager
def open_bundle(path: Path, *, most_bytes: int) -> Iterator[Opened]:
    """A file as a bundle. Raises BundleRefused where it is none."""
    try:
        folder = zipfile.ZipFile(path)
    except BROKEN as error:
        raise BundleRefused(f"it is no whole ZIP file ({error}): copy it again") from error
    with folder:
        yield Opened(folder, most_bytes=most_bytes)


def _listed(folder: zipfile.ZipFile, most_bytes: int) -> dict[str, zipfile.ZipInfo]:
    infos = folder.infolist()
    if len(infos) > MOST_FILES:
        raise BundleRefused(f"it holds {len(infos)} files, more than any bundle")
    if sum(info.file_size for info in infos) > most_bytes:
        raise BundleRefused(f"unpacked it would have more than {most_bytes // 1_000_000} MB (most_megabytes)")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        if not NAMES.fullmatch(info.filename) or info.filename in found or info.flag_bits & 1:
            raise BundleRefused(f"it holds a file that no bundle has: {info.filename[:60]!r}")
        found[info.filename] = info
    return found


def _guarded(name: str, read: Any) -> bytes:
    try:
        return bytes(read())
    except BROKEN as error:
        raise BundleRefused(f"{name} cannot be read ({error})") from error


def _object(content: bytes, name: str) -> dict[str, Any]:
    value = _json(content, name)
    if not isinstance(value, dict):
        raise BundleRefused(f"{name} does not hold what it should")
    return value


def _json(content: bytes, name: str) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BundleRefused(f"{name} does not hold what it should ({error})") from error


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)

"""A file of rap sheets becomes rows. Entities, other documents, huge texts and deep nesting are refused unread."""

from collections import defaultdict
from collections.abc import Iterator
from typing import IO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from adsum.records.rules import Kind
from adsum.records.sources.mapping import FieldMap, read_mapping, refuse_strange, table_in
from adsum.records.sources.rap_sheet.paths import EVENTS, OF_EVENT, OF_PERSON, PERSON, SHEET
from adsum.records.sources.rows import (
    MOST_BYTES,
    FileRefused,
    Row,
    RowFault,
    Settings,
    refuse_hostile,
    set_aside,
)

BLOCK = 1 << 16
DEEPEST, LONGEST, MOST_TEXTS = 40, 10_000, 2_000


def check(settings: Settings) -> None:
    """Raises BadMapping where a source's settings cannot be used."""
    refuse_strange(settings, frozenset())
    _mapping(settings)


def read(file: IO[bytes], settings: Settings) -> Iterator[Row]:
    """Every event of every sheet, in order, the first counted as 1. Raises FileRefused, at the latest at the end."""
    sheets = _Sheets(_mapping(settings))
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(sheets)
    size = 0
    while block := _block(file):
        size += len(block)
        if size > MOST_BYTES:
            raise FileRefused(f"the delivery is larger than {MOST_BYTES:,} bytes: send it in parts")
        _feed(parser, block)
        yield from sheets.drain()
    _feed(parser, b"")
    yield from sheets.drain()
    if not sheets.count:
        raise FileRefused("no event stands in this file: nothing is withdrawn by that; is it a rap sheet?")


def _block(file: IO[bytes]) -> bytes:
    return file.read(BLOCK)


def _feed(parser: DefusedExpatParser, block: bytes) -> None:
    try:
        parser.feed(block) if block else parser.close()
    except DefusedXmlException as error:
        raise FileRefused(f"{type(error).__name__}: a document type or entity; rap sheets have none") from error
    except SAXParseException as error:
        where = f"line {error.getLineNumber()}"
        raise FileRefused(f"{where}: {error.getMessage()}; the file is no whole XML: export it again") from error


def _mapping(settings: Settings) -> FieldMap:
    """The paths here, where the settings do not say others."""
    fields = {ours: list(paths) for ours, paths in {**OF_PERSON, **OF_EVENT}.items()}
    given = {**fields, "kind": ["kind"], **table_in(settings, "fields")}
    return read_mapping({"kinds": {}, **settings, "fields": given})


class _Sheets(ContentHandler):
    """What has been read of the sheet and the event at hand; `drain` gives the events that are over."""

    def __init__(self, mapping: FieldMap) -> None:
        super().__init__()
        self._mapping, self._path, self._rows = mapping, list[str](), list[Row]()
        self._person: defaultdict[str, list[str]] = defaultdict(list)
        self._event: defaultdict[str, list[str]] = defaultdict(list)
        self._kind: Kind | None = None
        self._event_depth = self._texts = self._length = self.count = 0
        self._text: list[str] = []

    def drain(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: object) -> None:
        self._path.append(name[1])
        self._forget_text()
        if len(self._path) > DEEPEST:
            raise FileRefused(f"{self._where()}: nested deeper than {DEEPEST}; no rap sheet is")
        if name[1] == SHEET:
            self._person.clear()
            self._texts = 0
        elif self._kind is None and name[1] in EVENTS and SHEET in self._path:
            self._kind, self._event_depth = EVENTS[name[1]], len(self._path)
            self._event.clear()

    def characters(self, content: str) -> None:
        self._length += len(content)
        if self._length > LONGEST:
            raise FileRefused(f"{self._where()}: a text longer than {LONGEST:,} characters; no rap sheet has one")
        self._text.append(content)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        if text := " ".join("".join(self._text).split()):
            self._keep(text)
        self._forget_text()
        if self._kind is not None and len(self._path) == self._event_depth:
            self._end_event(self._kind)
        self._path.pop()

    def _keep(self, text: str) -> None:
        refuse_hostile(text, self._where())
        self._texts += 1
        if self._texts > MOST_TEXTS:
            raise FileRefused(f"{self._where()}: one sheet with more than {MOST_TEXTS:,} texts")
        if self._kind is not None:
            self._event["/".join(self._path[self._event_depth :])].append(text)
        elif PERSON in self._path:
            self._person["/".join(self._path[self._path.index(PERSON) + 1 :])].append(text)

    def _end_event(self, kind: Kind) -> None:
        self.count += 1
        given = {path: " ".join(texts) for path, texts in {**self._person, **self._event}.items()} | {"kind": kind}
        try:
            if not self._person:
                raise RowFault("no person stands before this event in its sheet")
            self._rows.append(Row(self.count, self._mapping.record(given)))
        except RowFault as fault:
            text = "; ".join(f"{path}: {value}" for path, value in given.items())
            self._rows.append(set_aside(self.count, fault, text))
        self._kind = None

    def _forget_text(self) -> None:
        self._text.clear()
        self._length = 0

    def _where(self) -> str:
        return f"event {self.count + 1}, {'/'.join(self._path[-3:])}"

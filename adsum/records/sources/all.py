"""Which ways of telling there are. One more is a copied folder and a line here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from adsum.records.rules import Transport
from adsum.records.sources.csv_drop import reading as csv_drop
from adsum.records.sources.json_lines import reading as json_lines
from adsum.records.sources.query import asking as query
from adsum.records.sources.rap_back import asking as rap_back
from adsum.records.sources.rap_sheet import reading as rap_sheet
from adsum.records.sources.rows import Row, Settings


@dataclass(frozen=True)
class Adapter:
    """How records of a source come. `check` refuses settings that cannot be used; `read` reads a file of it."""

    transport: Transport
    says: str
    check: Callable[[Settings], None]
    read: Callable[[IO[bytes], Settings], Iterator[Row]]


ADAPTERS = {
    "csv_drop": Adapter(Transport.DROP, "CSV files in a folder", csv_drop.check, csv_drop.read),
    "json_lines": Adapter(Transport.DROP, "JSON lines in a folder", json_lines.check, json_lines.read),
    "rap_sheet": Adapter(Transport.DROP, "rap sheets (XML) in a folder", rap_sheet.check, rap_sheet.read),
    "http_push": Adapter(Transport.PUSH, "signed messages as things happen", json_lines.check, json_lines.read),
    "query": Adapter(Transport.QUERY, "asked about each person", query.check, json_lines.read),
    "rap_back": Adapter(Transport.RAP_BACK, "a subscription for each person", rap_back.check, json_lines.read),
}

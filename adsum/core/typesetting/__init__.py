"""Paper: a template and what to say in it become one tagged PDF (PDF/UA-1, PDF/A-2a), by typst, in milliseconds.

A template is the function `document` of `templates/paper/<name>.typ`. What it is given arrives as data, never as
markup: a name that looks like a command is printed as it stands. The fonts are the files beside this one; nothing is
read from the machine or fetched.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import typst

HOUSE = Path(__file__).resolve().parents[2]
FONTS = Path(__file__).with_name("fonts")
Standard = Literal["ua-1", "a-2a"]
STANDARDS: tuple[Standard, ...] = ("ua-1", "a-2a")
# Controls and non-characters, which no font draws, and what turns the direction of all that follows it.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff]"
)
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})  # typst would take Punjabi for Shahmukhi
_ONE_AT_A_TIME = Lock()  # a compiler that is at work refuses a second call


def typeset(template: str, data: Mapping[str, Any], *, language: str, made_at: datetime) -> bytes:
    """The PDF of this template with `data` in it, which is plain JSON with a `title`. The same input is the same file.

    `language` is a code of ours ("zh-hans"): it sets the direction and what a screen reader speaks. A letter that no
    font of ours has is printed as an empty box, and the file is then tagged without the seal of the two standards.
    """
    source = _source(template, _printable({**data, **tongue_of(language)}))
    with _ONE_AT_A_TIME:
        try:
            made = _compile(source, made_at, STANDARDS)
        except typst.TypstError:
            made = _compile(source, made_at, ())
    # Readers built on PDFium (Chrome, Edge) would read Punjabi and all that is Latin beside Arabic from its end.
    return made.replace(b"/Direction/R2L", b"/Direction/L2R")


def tongue_of(language: str) -> dict[str, Any]:
    """What a template must know of a language, for a part of the data that speaks another one than the whole."""
    code = language.partition("-")[0]
    return {"lang": code, "rtl": code in RIGHT_TO_LEFT}


def _source(template: str, data: Mapping[str, Any]) -> bytes:
    """What is compiled: the template applied to its data, which stand there as the text of one string.

    They are no `sys.inputs`, because those are part of typst's library: whatever was laid out with other ones is laid
    out anew, also the sentences that all letters have in common. The data have a line of their own, which no message
    about a template's mistake quotes.
    """
    text = json.dumps(data).replace("\\", "\\\\").replace('"', '\\"')  # ASCII, with nothing else to escape
    lines = (
        f'#import "/templates/paper/{template}.typ": document',
        f'#let data = json(bytes("{text}"))',
        "#document(data)",
    )
    return "\n".join(lines).encode()


def _compile(source: bytes, made_at: datetime, standards: Sequence[Standard]) -> bytes:
    moment = int(made_at.timestamp())
    made = _compiler().compile(source, format="pdf", pdf_standards=[*standards], timestamp=moment)
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(b"", root=HOUSE, font_paths=fonts, ignore_system_fonts=True)


def _printable(value: Any) -> Any:
    """The same data without what cannot be printed."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value.replace("\r\n", "\n"))
    if isinstance(value, Mapping):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list | tuple) else value

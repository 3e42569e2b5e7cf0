from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="OtherReport")


@_attrs_define
class OtherReport:
    """Anything else that an officer should know, in your words.

    Attributes:
        kind (Literal['other']):
        words (str):
    """

    kind: Literal["other"]
    words: str

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        words = self.words

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "words": words,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = cast(Literal["other"], d.pop("kind"))
        if kind != "other":
            raise ValueError(f"kind must match const 'other', got '{kind}'")

        words = d.pop("words")

        other_report = cls(
            kind=kind,
            words=words,
        )

        return other_report

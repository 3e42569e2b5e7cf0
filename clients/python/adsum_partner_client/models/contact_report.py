from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ContactReport")


@_attrs_define
class ContactReport:
    """Another number (E.164) or e-mail address: at least one of both.

    Attributes:
        kind (Literal['contact']):
        email (str | Unset):  Default: ''.
        phone (str | Unset):  Default: ''.
        words (str | Unset):  Default: ''.
    """

    kind: Literal["contact"]
    email: str | Unset = ""
    phone: str | Unset = ""
    words: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        email = self.email

        phone = self.phone

        words = self.words

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
            }
        )
        if email is not UNSET:
            field_dict["email"] = email
        if phone is not UNSET:
            field_dict["phone"] = phone
        if words is not UNSET:
            field_dict["words"] = words

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = cast(Literal["contact"], d.pop("kind"))
        if kind != "contact":
            raise ValueError(f"kind must match const 'contact', got '{kind}'")

        email = d.pop("email", UNSET)

        phone = d.pop("phone", UNSET)

        words = d.pop("words", UNSET)

        contact_report = cls(
            kind=kind,
            email=email,
            phone=phone,
            words=words,
        )

        return contact_report

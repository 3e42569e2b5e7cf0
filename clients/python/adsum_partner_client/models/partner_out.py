from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PartnerOut")


@_attrs_define
class PartnerOut:
    """Who you are to us: whose people you may see, what of them, and the law by which you may.

    Attributes:
        code (str):
        offices (list[str]):
        requests_per_minute (int):
        scopes (list[str]):
        title (str):
        token_scopes (list[str]):
        why (str):
    """

    code: str
    offices: list[str]
    requests_per_minute: int
    scopes: list[str]
    title: str
    token_scopes: list[str]
    why: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        offices = self.offices

        requests_per_minute = self.requests_per_minute

        scopes = self.scopes

        title = self.title

        token_scopes = self.token_scopes

        why = self.why

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "offices": offices,
                "requests_per_minute": requests_per_minute,
                "scopes": scopes,
                "title": title,
                "token_scopes": token_scopes,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        offices = cast(list[str], d.pop("offices"))

        requests_per_minute = d.pop("requests_per_minute")

        scopes = cast(list[str], d.pop("scopes"))

        title = d.pop("title")

        token_scopes = cast(list[str], d.pop("token_scopes"))

        why = d.pop("why")

        partner_out = cls(
            code=code,
            offices=offices,
            requests_per_minute=requests_per_minute,
            scopes=scopes,
            title=title,
            token_scopes=token_scopes,
            why=why,
        )

        partner_out.additional_properties = d
        return partner_out

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

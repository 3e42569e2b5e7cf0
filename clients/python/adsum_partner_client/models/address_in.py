from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="AddressIn")


@_attrs_define
class AddressIn:
    """An address in the United States.

    Attributes:
        city (str):
        postal_code (str):
        state (str):
        street (str):
        unit (str | Unset):  Default: ''.
    """

    city: str
    postal_code: str
    state: str
    street: str
    unit: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        city = self.city

        postal_code = self.postal_code

        state = self.state

        street = self.street

        unit = self.unit

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "city": city,
                "postal_code": postal_code,
                "state": state,
                "street": street,
            }
        )
        if unit is not UNSET:
            field_dict["unit"] = unit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        city = d.pop("city")

        postal_code = d.pop("postal_code")

        state = d.pop("state")

        street = d.pop("street")

        unit = d.pop("unit", UNSET)

        address_in = cls(
            city=city,
            postal_code=postal_code,
            state=state,
            street=street,
            unit=unit,
        )

        return address_in

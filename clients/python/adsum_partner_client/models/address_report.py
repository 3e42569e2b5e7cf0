from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.address_in import AddressIn


T = TypeVar("T", bound="AddressReport")


@_attrs_define
class AddressReport:
    """The person lives somewhere else, as far as you know.

    Attributes:
        address (AddressIn): An address in the United States.
        kind (Literal['address']):
        words (str | Unset):  Default: ''.
    """

    address: AddressIn
    kind: Literal["address"]
    words: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        address = self.address.to_dict()

        kind = self.kind

        words = self.words

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "address": address,
                "kind": kind,
            }
        )
        if words is not UNSET:
            field_dict["words"] = words

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address_in import AddressIn  # noqa: PLC0415

        d = dict(src_dict)
        address = AddressIn.from_dict(d.pop("address"))

        kind = cast(Literal["address"], d.pop("kind"))
        if kind != "address":
            raise ValueError(f"kind must match const 'address', got '{kind}'")

        words = d.pop("words", UNSET)

        address_report = cls(
            address=address,
            kind=kind,
            words=words,
        )

        return address_report

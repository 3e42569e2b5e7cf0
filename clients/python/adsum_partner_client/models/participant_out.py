from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.address_out import AddressOut


T = TypeVar("T", bound="ParticipantOut")


@_attrs_define
class ParticipantOut:
    """A participant. `id` is yours alone; the number before its hyphen is the `participant` of our webhooks.

    Attributes:
        case_number (str):
        id (str):
        office (str):
        signed_in (bool):
        time_zone (str):
        address (AddressOut | None | Unset):
        date_of_birth (datetime.date | None | Unset):
        given_names (None | str | Unset):
        language (None | str | Unset):
        surnames (None | str | Unset):
    """

    case_number: str
    id: str
    office: str
    signed_in: bool
    time_zone: str
    address: AddressOut | None | Unset = UNSET
    date_of_birth: datetime.date | None | Unset = UNSET
    given_names: None | str | Unset = UNSET
    language: None | str | Unset = UNSET
    surnames: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.address_out import AddressOut  # noqa: PLC0415

        case_number = self.case_number

        id = self.id

        office = self.office

        signed_in = self.signed_in

        time_zone = self.time_zone

        address: dict[str, Any] | None | Unset
        if isinstance(self.address, Unset):
            address = UNSET
        elif isinstance(self.address, AddressOut):
            address = self.address.to_dict()
        else:
            address = self.address

        date_of_birth: None | str | Unset
        if isinstance(self.date_of_birth, Unset):
            date_of_birth = UNSET
        elif isinstance(self.date_of_birth, datetime.date):
            date_of_birth = self.date_of_birth.isoformat()
        else:
            date_of_birth = self.date_of_birth

        given_names: None | str | Unset
        if isinstance(self.given_names, Unset):
            given_names = UNSET
        else:
            given_names = self.given_names

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        else:
            language = self.language

        surnames: None | str | Unset
        if isinstance(self.surnames, Unset):
            surnames = UNSET
        else:
            surnames = self.surnames

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "case_number": case_number,
                "id": id,
                "office": office,
                "signed_in": signed_in,
                "time_zone": time_zone,
            }
        )
        if address is not UNSET:
            field_dict["address"] = address
        if date_of_birth is not UNSET:
            field_dict["date_of_birth"] = date_of_birth
        if given_names is not UNSET:
            field_dict["given_names"] = given_names
        if language is not UNSET:
            field_dict["language"] = language
        if surnames is not UNSET:
            field_dict["surnames"] = surnames

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address_out import AddressOut  # noqa: PLC0415

        d = dict(src_dict)
        case_number = d.pop("case_number")

        id = d.pop("id")

        office = d.pop("office")

        signed_in = d.pop("signed_in")

        time_zone = d.pop("time_zone")

        def _parse_address(data: object) -> AddressOut | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                address_type_0 = AddressOut.from_dict(data)

                return address_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AddressOut | None | Unset, data)

        address = _parse_address(d.pop("address", UNSET))

        def _parse_date_of_birth(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                date_of_birth_type_0 = datetime.date.fromisoformat(data)

                return date_of_birth_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        date_of_birth = _parse_date_of_birth(d.pop("date_of_birth", UNSET))

        def _parse_given_names(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        given_names = _parse_given_names(d.pop("given_names", UNSET))

        def _parse_language(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        language = _parse_language(d.pop("language", UNSET))

        def _parse_surnames(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        surnames = _parse_surnames(d.pop("surnames", UNSET))

        participant_out = cls(
            case_number=case_number,
            id=id,
            office=office,
            signed_in=signed_in,
            time_zone=time_zone,
            address=address,
            date_of_birth=date_of_birth,
            given_names=given_names,
            language=language,
            surnames=surnames,
        )

        participant_out.additional_properties = d
        return participant_out

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

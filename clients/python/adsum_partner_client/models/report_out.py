from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.report_out_kind import ReportOutKind
from ..models.report_state import ReportState
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.address_out import AddressOut


T = TypeVar("T", bound="ReportOut")


@_attrs_define
class ReportOut:
    """A report of yours. `open`: an officer has not decided yet, and you can change it or take it back.

    Attributes:
        changed_at (datetime.datetime):
        id (int):
        kind (ReportOutKind):
        made_at (datetime.datetime):
        participant_id (str):
        state (ReportState): Whether a report waits for an officer, was decided about, or was taken back by its partner.
        words (str):
        address (AddressOut | None | Unset):
        email (None | str | Unset):
        phone (None | str | Unset):
    """

    changed_at: datetime.datetime
    id: int
    kind: ReportOutKind
    made_at: datetime.datetime
    participant_id: str
    state: ReportState
    words: str
    address: AddressOut | None | Unset = UNSET
    email: None | str | Unset = UNSET
    phone: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.address_out import AddressOut  # noqa: PLC0415

        changed_at = self.changed_at.isoformat()

        id = self.id

        kind = self.kind.value

        made_at = self.made_at.isoformat()

        participant_id = self.participant_id

        state = self.state.value

        words = self.words

        address: dict[str, Any] | None | Unset
        if isinstance(self.address, Unset):
            address = UNSET
        elif isinstance(self.address, AddressOut):
            address = self.address.to_dict()
        else:
            address = self.address

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        phone: None | str | Unset
        if isinstance(self.phone, Unset):
            phone = UNSET
        else:
            phone = self.phone

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "changed_at": changed_at,
                "id": id,
                "kind": kind,
                "made_at": made_at,
                "participant_id": participant_id,
                "state": state,
                "words": words,
            }
        )
        if address is not UNSET:
            field_dict["address"] = address
        if email is not UNSET:
            field_dict["email"] = email
        if phone is not UNSET:
            field_dict["phone"] = phone

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address_out import AddressOut  # noqa: PLC0415

        d = dict(src_dict)
        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))

        id = d.pop("id")

        kind = ReportOutKind(d.pop("kind"))

        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))

        participant_id = d.pop("participant_id")

        state = ReportState(d.pop("state"))

        words = d.pop("words")

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

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_phone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        phone = _parse_phone(d.pop("phone", UNSET))

        report_out = cls(
            changed_at=changed_at,
            id=id,
            kind=kind,
            made_at=made_at,
            participant_id=participant_id,
            state=state,
            words=words,
            address=address,
            email=email,
            phone=phone,
        )

        report_out.additional_properties = d
        return report_out

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

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.attendance import Attendance
from ..models.kind import Kind

T = TypeVar("T", bound="AppointmentOut")


@_attrs_define
class AppointmentOut:
    """When and where a person is expected. `attendance` is what an officer noted; unknown is no absence.

    Attributes:
        attendance (Attendance): Whether somebody came, as an officer has noted it. UNKNOWN takes back what was noted.
        holds (bool):
        id (int):
        kind (Kind): What an appointment is. Its words for the participant stand in the portal's templates.
        place (str):
        starts_at (datetime.datetime):
    """

    attendance: Attendance
    holds: bool
    id: int
    kind: Kind
    place: str
    starts_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        attendance = self.attendance.value

        holds = self.holds

        id = self.id

        kind = self.kind.value

        place = self.place

        starts_at = self.starts_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "attendance": attendance,
                "holds": holds,
                "id": id,
                "kind": kind,
                "place": place,
                "starts_at": starts_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        attendance = Attendance(d.pop("attendance"))

        holds = d.pop("holds")

        id = d.pop("id")

        kind = Kind(d.pop("kind"))

        place = d.pop("place")

        starts_at = datetime.datetime.fromisoformat(d.pop("starts_at"))

        appointment_out = cls(
            attendance=attendance,
            holds=holds,
            id=id,
            kind=kind,
            place=place,
            starts_at=starts_at,
        )

        appointment_out.additional_properties = d
        return appointment_out

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

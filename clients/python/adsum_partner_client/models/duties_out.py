from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DutiesOut")


@_attrs_define
class DutiesOut:
    """Check-ins: the one that can be made now, one that was missed and waits for an officer, the next day, a year's.

    Attributes:
        excused_in_a_year (int):
        last_check_in_at (datetime.datetime | None):
        missed_due_on (datetime.date | None):
        missed_in_a_year (int):
        next_due_on (datetime.date | None):
        open_due_on (datetime.date | None):
        reported_in_a_year (int):
    """

    excused_in_a_year: int
    last_check_in_at: datetime.datetime | None
    missed_due_on: datetime.date | None
    missed_in_a_year: int
    next_due_on: datetime.date | None
    open_due_on: datetime.date | None
    reported_in_a_year: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        excused_in_a_year = self.excused_in_a_year

        last_check_in_at: None | str
        if isinstance(self.last_check_in_at, datetime.datetime):
            last_check_in_at = self.last_check_in_at.isoformat()
        else:
            last_check_in_at = self.last_check_in_at

        missed_due_on: None | str
        if isinstance(self.missed_due_on, datetime.date):
            missed_due_on = self.missed_due_on.isoformat()
        else:
            missed_due_on = self.missed_due_on

        missed_in_a_year = self.missed_in_a_year

        next_due_on: None | str
        if isinstance(self.next_due_on, datetime.date):
            next_due_on = self.next_due_on.isoformat()
        else:
            next_due_on = self.next_due_on

        open_due_on: None | str
        if isinstance(self.open_due_on, datetime.date):
            open_due_on = self.open_due_on.isoformat()
        else:
            open_due_on = self.open_due_on

        reported_in_a_year = self.reported_in_a_year

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "excused_in_a_year": excused_in_a_year,
                "last_check_in_at": last_check_in_at,
                "missed_due_on": missed_due_on,
                "missed_in_a_year": missed_in_a_year,
                "next_due_on": next_due_on,
                "open_due_on": open_due_on,
                "reported_in_a_year": reported_in_a_year,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        excused_in_a_year = d.pop("excused_in_a_year")

        def _parse_last_check_in_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_check_in_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_check_in_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_check_in_at = _parse_last_check_in_at(d.pop("last_check_in_at"))

        def _parse_missed_due_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                missed_due_on_type_0 = datetime.date.fromisoformat(data)

                return missed_due_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        missed_due_on = _parse_missed_due_on(d.pop("missed_due_on"))

        missed_in_a_year = d.pop("missed_in_a_year")

        def _parse_next_due_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_due_on_type_0 = datetime.date.fromisoformat(data)

                return next_due_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        next_due_on = _parse_next_due_on(d.pop("next_due_on"))

        def _parse_open_due_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                open_due_on_type_0 = datetime.date.fromisoformat(data)

                return open_due_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        open_due_on = _parse_open_due_on(d.pop("open_due_on"))

        reported_in_a_year = d.pop("reported_in_a_year")

        duties_out = cls(
            excused_in_a_year=excused_in_a_year,
            last_check_in_at=last_check_in_at,
            missed_due_on=missed_due_on,
            missed_in_a_year=missed_in_a_year,
            next_due_on=next_due_on,
            open_due_on=open_due_on,
            reported_in_a_year=reported_in_a_year,
        )

        duties_out.additional_properties = d
        return duties_out

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

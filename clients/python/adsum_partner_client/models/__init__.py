"""Contains all the data models used in inputs/outputs"""

from .address_in import AddressIn
from .address_out import AddressOut
from .address_report import AddressReport
from .appointment_list import AppointmentList
from .appointment_out import AppointmentOut
from .attendance import Attendance
from .contact_report import ContactReport
from .duties_out import DutiesOut
from .fault_out import FaultOut
from .give_token_form_params import GiveTokenFormParams
from .kind import Kind
from .other_report import OtherReport
from .participant_out import ParticipantOut
from .participant_page import ParticipantPage
from .partner_out import PartnerOut
from .problem_out import ProblemOut
from .report_out import ReportOut
from .report_out_kind import ReportOutKind
from .report_page import ReportPage
from .report_state import ReportState
from .token_asked import TokenAsked
from .token_out import TokenOut

__all__ = (
    "AddressIn",
    "AddressOut",
    "AddressReport",
    "AppointmentList",
    "AppointmentOut",
    "Attendance",
    "ContactReport",
    "DutiesOut",
    "FaultOut",
    "GiveTokenFormParams",
    "Kind",
    "OtherReport",
    "ParticipantOut",
    "ParticipantPage",
    "PartnerOut",
    "ProblemOut",
    "ReportOut",
    "ReportOutKind",
    "ReportPage",
    "ReportState",
    "TokenAsked",
    "TokenOut",
)

"""Where in a rap sheet our fields stand: local names from the person or the event downwards. Namespaces are not read.

Several paths for one field are joined with a blank; the first `paths` of the settings replace those here.
"""

from collections.abc import Mapping, Sequence

from adsum.records.rules import Kind

SHEET, PERSON = "RapSheet", "RapSheetPerson"
EVENTS = {
    "Arrest": Kind.ARREST,
    "Warrant": Kind.WARRANT,
    "CourtAction": Kind.COURT_EVENT,
    "ProtectionOrder": Kind.PROTECTION_ORDER,
}
OF_PERSON: Mapping[str, Sequence[str]] = {
    "given_names": ("PersonName/PersonGivenName", "PersonName/PersonMiddleName"),
    "surnames": ("PersonName/PersonSurName",),
    "date_of_birth": ("PersonBirthDate/Date",),
    "sex": ("PersonSexCode",),
    "city": ("PersonResidence/LocationCityName",),
    "state": ("PersonResidence/LocationStateUSPostalServiceCode",),
    "case_number": ("PersonAlienIdentification/IdentificationID",),
    "their_person": ("PersonStateFingerprintIdentification/IdentificationID",),
}
OF_EVENT: Mapping[str, Sequence[str]] = {
    "record_id": ("ActivityIdentification/IdentificationID",),
    "version": ("ActivityUpdateDate/DateTime",),
    "event_on": ("ActivityDate/Date",),
    "what": ("ActivityDescriptionText", "ArrestCharge/ChargeDescriptionText"),
    "where": ("ActivityLocation/LocationCityName", "ActivityLocation/LocationStateUSPostalServiceCode"),
    "urgent": ("ActivityUrgentIndicator",),
    "withdrawn": ("ActivityWithdrawnIndicator",),
}

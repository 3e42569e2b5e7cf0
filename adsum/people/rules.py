"""What identifies a person, and what reaches them. Pure: facts in, words out."""

import hashlib
import re
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers.data import _COUNTRY_CODE_TO_REGION_CODE as REGIONS
from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc

from adsum.people.policy import PeoplePolicy

_CASE_NUMBER = re.compile(r"A?(\d{7,9})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_EMAIL = re.compile(r"[^\s@<>\",;]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_USUAL_CASE_NUMBER = re.compile(r"A(?!000000000)[0-9]{9}")
_USUAL_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# As people in North America write it: the area code and the exchange begin with 2 to 9.
_USUAL_PHONE = re.compile(
    r"(?:\+1)?([2-9][0-9]{9})|(?:\(([2-9][0-9]{2})\) ?|([2-9][0-9]{2})[-. ])([0-9]{3})[-. ]([0-9]{4})"
)

# ISO 639-1, and the Mayan and other languages without a two-letter code that immigration courts meet (ISO 639-3).
_LANGUAGES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it
iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt
my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl
sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo
za zh zh-Hans zh-Hant zu mam quc kjb kek mop ixl cak tzh tzo tzj ctu acr jac poc knj qum ttc usp agu cab miq
nah nhn fuf snk man prs
"""
LANGUAGES = frozenset(_LANGUAGES.split())
_BY_NAME = {
    "spanish": "es",
    "sp": "es",
    "english": "en",
    "creole": "ht",
    "portuguese": "pt",
    "chinese": "zh-Hans",
}


class ContactKind(StrEnum):
    """How a contact reaches a person."""

    PHONE = "phone"
    EMAIL = "email"


class NewPerson(NamedTuple):
    """Somebody before they are enrolled; office and officer by their ids."""

    office_id: int
    officer_id: int | None
    case_number: str
    given_names: str
    surnames: str
    date_of_birth: date
    sex: str
    country: str
    language: str


class NewContact(NamedTuple):
    """One way to reach a participant, as given and, where it can be used, in its standard form."""

    participant_id: int
    kind: str
    as_given: str
    value: str


def read_case_number(raw: str) -> str | None:
    """A case number (A-number) as A and nine digits; None when it cannot be one.

    DHS gives seven to nine digits, padded with zeros to nine; all zeros is a placeholder.
    """
    if _USUAL_CASE_NUMBER.fullmatch(raw):
        return raw
    match = _CASE_NUMBER.fullmatch(re.sub(r"[\s-]", "", raw.upper()))
    if match is None or not int(match[1]):
        return None
    return f"A{int(match[1]):09d}"


def read_date(raw: str) -> date | None:
    """A day written 1990-02-28, 02/28/1990 (month first, as US agencies do), or 28/02/1990 where only that can be."""
    text = raw.strip()
    if _USUAL_DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _SLASHED.fullmatch(text):
        month, day, year = (int(part) for part in match.groups())
        if month > 12:
            month, day = day, month
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_birthday(raw: str, *, today: date, policy: PeoplePolicy) -> date | None:
    """A possible date of birth: a real day, not after today, not longer ago than anyone lives."""
    born = read_date(raw)
    if born is None or born > today or today.year - born.year > policy.oldest_age_years:
        return None
    return born


@lru_cache(1_000)
def read_language(raw: str) -> tuple[str, bool]:
    """The language to write in and whether the file's code was a known one; English where nobody can tell."""
    text = raw.strip()
    for known in (text, text.lower(), text.split("-")[0].lower()):
        if known in LANGUAGES:
            return known, True
    return _BY_NAME.get(text.lower(), "en"), False


def read_phone(raw: str, *, region: str = "US") -> str | None:
    """A phone number in E.164 (+12125550123), or None where no phone can have it. `region` is for national forms.

    Numbers of the United States in their usual forms take the library's own patterns, compiled into one; all others,
    and those that these patterns do not know, take the library itself. A test holds the two to the same answers.
    """
    if region == "US" and (usual := _USUAL_PHONE.fullmatch(raw)):
        digits = usual[1] or f"{usual[2] or usual[3]}{usual[4]}{usual[5]}"
        if _american().fullmatch(digits):
            return f"+1{digits}"
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def _american() -> re.Pattern[str]:
    """What the library takes for a valid number of the United States, the first region that it tries for +1."""
    us = PhoneMetadata.metadata_for_region("US")
    if us is None or us.leading_digits or us.general_desc is None or REGIONS[1][0] != "US":
        return re.compile(r"(?!)")
    kinds = (
        "fixed_line",
        "mobile",
        "toll_free",
        "premium_rate",
        "shared_cost",
        "personal_number",
        "voip",
        "pager",
        "uan",
        "voicemail",
    )
    patterns = {_ten_digits(getattr(us, kind)) for kind in kinds} - {""}
    return re.compile(f"(?=(?:{us.general_desc.national_number_pattern})$)(?:{'|'.join(sorted(patterns))})")


def _ten_digits(kind: PhoneNumberDesc | None) -> str:
    lengths = tuple(kind.possible_length) if kind else ()
    return (kind.national_number_pattern or "") if kind and (not lengths or 10 in lengths) else ""


def read_email(raw: str) -> str | None:
    """An e-mail address in its plain form (RFC 5321 dot-string), lower case; None when it cannot be one."""
    text = raw.strip().lower()
    if not text or len(text) > 200:
        return None
    return text if _EMAIL.fullmatch(text) else None


def hash_token(token: str) -> str:
    """How a device's token is stored: a plain SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()

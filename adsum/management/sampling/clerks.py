"""What clerks make of a name, a birthday and a number. Each fault has a chance of its own."""

from collections.abc import Mapping
from datetime import date
from random import Random

Faults = Mapping[str, float]
USUAL: Faults = {
    "surnames turned": 0.06, "surname lost": 0.16, "particle": 0.04, "married": 0.05, "hyphen": 0.05, "glued": 0.01,
    "surname as middle name": 0.03, "fields exchanged": 0.03, "middle lost": 0.3, "initial": 0.05, "nickname": 0.03,
    "other spelling": 0.07, "slip": 0.06, "cut short": 0.01, "extra name": 0.02, "birthday turned": 0.02,
    "first of January": 0.02, "birthday slip": 0.05, "birthday other": 0.01, "birthday missing": 0.04,
    "sex missing": 0.05, "sex wrong": 0.01, "moved": 0.3, "place slip": 0.04, "place missing": 0.08,
    "number said": 0.15, "number slip": 0.06, "number of another": 0.02,
}  # fmt: skip
SPELLINGS = [
    ("MOHAMMED", "MUHAMMAD"), ("OLEKSANDR", "ALEKSANDR"), ("YOUSSEF", "YUSUF"), ("SERGEY", "SERHII"), ("Z", "S"),
    ("V", "B"),
    ("LL", "Y"), ("H", ""), ("X", "HS"), ("ZH", "CH"), ("Q", "CH"), ("OU", "U"), ("EE", "I"), ("KH", "H"), ("Y", "I"),
    ("C", "K"), ("J", "H"), ("SHCH", "SCH"), ("PH", "F"), ("W", "V"), ("IE", "Y"), ("S", "SS"), ("TH", "T"),
]  # fmt: skip
NICKNAMES = {
    "JOSE": "PEPE", "FRANCISCO": "PACO", "JESUS": "CHUY", "ROBERTO": "BETO", "ALEJANDRO": "ALEX", "MANUEL": "MANNY",
    "ELIZABETH": "LIZ", "GABRIELA": "GABY", "ANTONIO": "TONY", "RAFAEL": "RAFA", "EKATERINA": "KATYA", "IVAN": "VANYA",
    "MICHAEL": "MIKE", "WILLIAM": "BILL", "ROBERT": "BOB", "PATRICIA": "PATTY", "MOHAMMED": "MO", "JENNIFER": "JENNY",
}  # fmt: skip
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def slip(random: Random, text: str) -> str:
    """One letter or digit left out, doubled, changed, or exchanged with the next."""
    if len(text) < 2:
        return text
    place = random.randrange(len(text) - 1)
    other = random.choice("0123456789" if text[place].isdigit() else LETTERS)
    changed = {
        "out": text[:place] + text[place + 1 :],
        "double": text[: place + 1] + text[place:],
        "change": text[:place] + other + text[place + 1 :],
        "exchange": text[:place] + text[place + 1] + text[place] + text[place + 2 :],
    }
    return changed[random.choice(list(changed))]


def spell(random: Random, text: str) -> str:
    """The name as a clerk of another language hears it; itself if no rule fits."""
    fitting = [rule for rule in SPELLINGS if rule[0] in text and rule[0] != text]
    return text.replace(*random.choice(fitting), 1) if fitting else text


def write_name(random: Random, word: str, faults: Faults) -> str:
    """One word of a name, as a clerk writes it."""
    dice = random.random
    if dice() < faults["other spelling"]:
        word = spell(random, word)
    if dice() < faults["slip"]:
        word = slip(random, word)
    return word[: max(4, len(word) // 2)] if dice() < faults["cut short"] else word


def write_birthday(random: Random, born: date, faults: Faults) -> str:
    """YYYY-MM-DD, perhaps wrong, perhaps nothing."""
    dice = random.random
    if dice() < faults["birthday missing"]:
        return ""
    if dice() < faults["birthday other"]:
        return f"{random.randint(1950, 2005)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
    if dice() < faults["first of January"]:
        return f"{born.year}-01-01"
    if dice() < faults["birthday turned"] and born.day <= 12:
        return f"{born.year}-{born.day:02d}-{born.month:02d}"
    if dice() < faults["birthday slip"]:
        year, month, day = born.year, born.month, born.day
        part = random.randrange(4)
        year += random.choice((-10, -1, 1, 10)) if part < 2 else 0
        month = random.randint(1, 12) if part == 2 else month
        day = random.randint(1, 28) if part == 3 else day
        return f"{year}-{month:02d}-{min(day, 28) if month == 2 else day:02d}"
    return born.isoformat()

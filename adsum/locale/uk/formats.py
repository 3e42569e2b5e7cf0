"""Dates in Ukrainian with the whole word for year: its short form would double the full stop of a sentence."""

DATE_FORMAT = r"j E Y \р\о\к\у"
DATETIME_FORMAT = r"j E Y \р\о\к\у, H:i"

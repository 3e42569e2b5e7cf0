"""Dates in Russian with the whole word for year: its short form would double the full stop of a sentence."""

DATE_FORMAT = r"j E Y \г\о\д\а"
DATETIME_FORMAT = r"j E Y \г\о\д\а, G:i"

"""Texts and their numbers."""


class Words:
    """Texts and their numbers, counted from 1."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self.numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of this text, a new one if need be; 0 for no text."""
        if not text:
            return 0
        found = self.numbers.get(text)
        if found is None:
            found = self.numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

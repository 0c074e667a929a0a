"""Words and numbers that stand nowhere else, so that finding one on a page says what leaked."""

import re
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import unquote_plus

LETTERS = "bcdfghjklm"
WORD = re.compile(r"kq([bcdfghjklm]{4})xqk", re.IGNORECASE)
NUMBER = re.compile(r"(?<!\d)81[.,\s\u00a0\u202f]?(\d{3})(?!\d)")

# Who may see a mark; each circle is a set of people, not a step on a ladder.
DRAFT = "own party only"
INSIDE = "own party and its secretariat"
PEOPLE = "who sees who acts for the party"
MANAGERS = "who lets people in for the party"
STEERING = "also the steering group"
PUBLIC = "everybody who works here"


@dataclass
class Marks:
    """Makes marks and finds them back; each knows the field it was put in and its circle."""

    first: int = 1
    known: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._serial = count(self.first)

    def word(self, label: str, circle: str) -> str:
        number = next(self._serial)
        letters = "".join(LETTERS[int(digit)] for digit in f"{number:04d}")
        self.known[letters] = (label, circle)
        return f"kq{letters}xqk"

    def number(self, label: str, circle: str) -> int:
        digits = f"{next(self._serial):03d}"
        self.known[digits] = (label, circle)
        return int(f"81{digits}")

    def found_in(self, text: str) -> set[str]:
        """The keys of the marks in a text, however it is written (upper case, percent-encoded, grouped)."""
        found: set[str] = set()
        for spelling in {text, unquote_plus(text)} if "%" in text else {text}:
            found |= {key.lower() for key in WORD.findall(spelling)} & self.known.keys()
            found |= set(NUMBER.findall(spelling)) & self.known.keys()
        return found

    def of(self, *circles: str) -> set[str]:
        return {key for key, (_label, circle) in self.known.items() if circle in circles}

    def labels(self, keys: set[str]) -> list[str]:
        return sorted(f"{self.known[key][0]} ({self.known[key][1]})" for key in keys)

"""The name of a file, as a person may see it and a computer may keep it.

Dangerous is refused, because the sender should know; untidy is tidied, because nobody is helped by a refusal.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MOST_CHARACTERS: Final = 150
_RESERVED: Final = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_TURNS_TEXT: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EXTENSION: Final = re.compile(r"^(?=.*[a-z])[a-z0-9]{1,10}$")
_PUT_ASIDE: Final = re.compile(r'[<>:"|?*]')


class BadName(ValueError):
    """A name that is refused; `code` has a sentence in `refusals.py`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def tidy(name: str) -> tuple[str, str]:
    """Return the stem and the extension (small letters, no dot, perhaps empty) of a name that is fit to keep.

    Tidied: Unicode form (NFC), runs of white space, invisible characters, ``<>:"|?*``, dots and spaces at either end.
    Raises BadName: `name_empty`, `name_long`, `name_path`, `name_characters`, `name_reserved`.
    """
    if len(name) > MOST_CHARACTERS:
        raise BadName("name_long")
    if "/" in name or "\\" in name:
        raise BadName("name_path")
    if _TURNS_TEXT.search(name) or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise BadName("name_characters")
    name = unicodedata.normalize("NFC", name)
    name = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cf", "Co", "Cn"))
    name = re.sub(r"\s+", " ", _PUT_ASIDE.sub("_", name)).strip()
    only_extension = name.startswith(".") and "." not in name.strip(" .")
    name = name.strip(" .")
    if "/" in name or "\\" in name:
        raise BadName("name_path")
    if len(name) > MOST_CHARACTERS:
        raise BadName("name_long")
    stem, _, extension = name.rpartition(".")
    extension = extension.lower()
    if not stem or not _EXTENSION.match(extension):  # "verslag", "versie 1.2", "van 3 mei. Definitief"
        stem, extension = name, ""
    stem = stem.strip(" .")
    if only_extension or not re.search(r"\w", stem):
        raise BadName("name_empty")
    if _RESERVED.match(name):
        raise BadName("name_reserved")
    return stem, extension

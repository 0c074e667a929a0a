"""Which characters the fonts inside the Typst wheel can print.

PDF/A refuses a file with a character its fonts do not have, so one emoji in one remark would cost the whole report.
`printable` therefore writes such a character as its code, ``[U+1F600]``, where everybody can see it.
The table `pdf_coverage.json` is measured, not guessed: ``python -m ser_portal.documents.pdf_coverage`` writes it anew,
and a test fails when it no longer fits the installed Typst.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono", "New Computer Modern Math")
_FILE: Final = Path(__file__).with_suffix(".json")


@cache
def covered() -> frozenset[int]:
    """Return the code points that can be printed."""
    ranges = json.loads(_FILE.read_text(encoding="ascii"))
    return frozenset(code for first, last in ranges for code in range(first, last + 1))


def printable(text: str) -> str:
    """Return the text with every character that cannot be printed as ``[U+XXXX]``."""
    if text.isascii():
        return text
    known = covered()
    if all(ord(char) in known or char == "\n" for char in text):
        return text
    return "".join(char if ord(char) in known or char == "\n" else f"[U+{ord(char):04X}]" for char in text)


def candidates() -> list[str]:
    """Return the characters that are worth trying: assigned, not a control, not one of the large Asian blocks."""
    return [
        chr(code)
        for code in range(0x20, 0x20000)
        if unicodedata.category(chr(code)) not in ("Cc", "Cs", "Co", "Cn")
        and not 0x3400 <= code < 0xA000
        and not 0xAC00 <= code <= 0xD7A3
        and code != 0xFEFF
    ]


def missing(chars: list[str]) -> set[str]:
    """Ask Typst which of these characters its fonts cannot print."""
    import typst

    source = (
        '#set document(title: "x")\n'
        f"#set text(font: {json.dumps(FONTS).replace('[', '(').replace(']', ')')})\n"
        "#for s in json(bytes(sys.inputs.chars)) { par(s) }\n"
    )
    try:
        typst.compile(
            source.encode(),
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"chars": json.dumps(chars)},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=0,
        )
    except typst.TypstError as error:
        found = set(_named(error.diagnostic))
        if not found:  # a complaint in a form we do not read must not pass as "everything can be printed"
            raise RuntimeError(f"Typst complains in another way than expected: {error.message}") from error
        return found
    return set()


def measure() -> list[list[int]]:
    """Return every character that can be printed, as ranges of code points; takes about two seconds."""
    chars = candidates()
    lost = missing(chars)
    ranges: list[list[int]] = []
    for code in (ord(char) for char in chars if char not in lost):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def _named(diagnostic: str) -> Iterator[str]:
    for text in re.findall(r'(?:the text|codepoint|contains) `"(.+?)"`', diagnostic):
        yield from re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)


if __name__ == "__main__":
    _FILE.write_text(json.dumps(measure(), separators=(",", ":")).replace("],", "],\n") + "\n", encoding="ascii")

"""CSV and plain text: letters and nothing else, in UTF-8 or Windows-1252."""

from __future__ import annotations

import re
from typing import Final

from .verdict import CSV, TEXT, Found, Refusal

_BEYOND_ASCII: Final = bytes(range(0x80, 0x100))
_NO_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_MARKUP: Final = re.compile(
    rb"^\s*(<\?xml|<!doctype|<!--|<!\[|<(html|head|body|script|svg|iframe|style|meta|title|math|xsl|office:document)\b)",
    re.IGNORECASE,
)
_SVG: Final = re.compile(rb"<(\w+:)?svg[\s>/]", re.IGNORECASE)
_MAIL: Final = re.compile(rb"^(mime-version|received|return-path):", re.IGNORECASE)
# A cell that starts a program or fetches something when a spreadsheet opens the file: DDE (=cmd|'…'!A0), or a
# function that calls out. Looked for first, because cells that begin with = + - @ are many and mostly numbers.
_CALL: Final = re.compile(r"[|(]")
_DDE: Final = re.compile(r"\|[^\r\n|]{0,200}!")
_CALLERS: Final = (
    "dde", "webservice", "hyperlink", "importxml", "importdata", "importhtml", "importfeed", "importrange", "image",
    "call", "register", "exec", "rtd",
)  # fmt: skip
_FORMULA: Final = re.compile(r"""(?:^|[\t;,"'\r\n])[ ]*[=+\-@]""")


def judge(data: bytes, extension: str) -> Found:
    """CSV or text, which of the two only the name can tell. Raises Refusal when this is no text, or text that acts."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and extension in (*CSV.extensions, *TEXT.extensions):
        raise Refusal("encoding")
    content = data.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(content[:1024]):
        raise Refusal("svg" if _SVG.search(content[:100_000]) else "markup")
    if _NO_TEXT.search(content.removesuffix(b"\x1a")):
        raise Refusal("not_text" if extension in (*CSV.extensions, *TEXT.extensions) else "unknown")
    text = _decode(content, extension)
    if not text.strip():
        raise Refusal("empty")
    if _MAIL.match(content[:64]):
        raise Refusal("unknown")
    if extension in TEXT.extensions or not extension:
        return TEXT
    if any(_calls(text, found.start()) and _in_formula(text, found.start()) for found in _CALL.finditer(text)):
        raise Refusal("calling_cell")
    return CSV  # also for a name that says something else: the comparison of name and content refuses that


def _calls(text: str, at: int) -> bool:
    if text[at] == "(":
        return text[max(at - 20, 0) : at].rstrip(" ").lower().endswith(_CALLERS)
    return bool(_DDE.match(text, at))


def _in_formula(text: str, at: int) -> bool:
    start = max(at - 300, 0)
    start = max(start, text.rfind("\n", start, at) + 1)
    return bool(_FORMULA.search(text[start:at]))


def _decode(content: bytes, extension: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    letters = len(content) - len(content.translate(None, _BEYOND_ASCII))
    if not text or letters > 0.3 * len(content):  # a European text is mostly ASCII; packed data is not
        raise Refusal("encoding" if extension in (*CSV.extensions, *TEXT.extensions) else "unknown")
    return text

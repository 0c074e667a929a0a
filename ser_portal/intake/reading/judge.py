"""From bytes to a verdict: what the content is, then whether it is harmless, then whether the name agrees."""

from __future__ import annotations

from . import containers, images, pdf, text
from .signatures import ZIP, refuse_at_the_door, refuse_second_face
from .verdict import EXTENSIONS, Found, Limits, Refusal


def judge(data: bytes, extension: str, limits: Limits) -> Found:
    """What the file is. `extension`: that of its name, in small letters without the dot, or nothing.

    Raises Refusal and nothing else, apart from MemoryError.
    """
    if not data:
        raise Refusal("empty")
    if len(data) > limits.size:
        raise Refusal("too_large", most=limits.size // (1024 * 1024))
    try:
        found = _by_content(data, extension, limits)
    except RecursionError:
        raise Refusal("too_heavy") from None
    if extension and extension not in found.extensions:
        if extension not in EXTENSIONS and found.kind in ("csv", "text"):
            raise Refusal("unknown")
        raise Refusal("mismatch", extension=extension, kind=found.extensions[0])
    return found


def _by_content(data: bytes, extension: str, limits: Limits) -> Found:
    if pdf.recognise(data):
        refuse_second_face(data, is_pdf=True)
        return pdf.judge(data, limits)
    if format_ := images.recognise(data):
        refuse_second_face(data, is_pdf=False)
        return images.judge(data, format_, limits)
    if data.startswith(ZIP):
        if b"%PDF-" in data[:1030]:
            raise Refusal("two_faced")
        return containers.judge(data, limits)
    refuse_at_the_door(data)
    refuse_second_face(data, is_pdf=False)
    return text.judge(data, extension)

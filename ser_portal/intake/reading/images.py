"""PNG, JPEG, GIF and WebP: whole, of a size that can be shown, and nothing behind the picture."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Final

from .verdict import GIF, JPEG, PNG, WEBP, Found, Limits, Refusal

_FORMATS: Final = {"PNG": PNG, "JPEG": JPEG, "GIF": GIF, "WEBP": WEBP}


def recognise(data: bytes) -> str:
    """The name Pillow has for it, or nothing."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    return ""


def judge(data: bytes, format_: str, limits: Limits) -> Found:
    """Look at the frame, then at the size, and only then at the pixels. Raises Refusal."""
    frames = {"PNG": _png, "GIF": _gif, "WEBP": _webp, "JPEG": _jpeg}[format_](data, limits)
    _decode(data, format_, frames, limits)
    return _FORMATS[format_]


def _decode(data: bytes, format_: str, frames: int, limits: Limits) -> None:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the size is looked at here, against limits that the caller gives
    warnings.simplefilter("ignore")
    try:
        with Image.open(io.BytesIO(data), formats=[format_]) as image:
            width, height = image.size
            # WebP needs three copies of the pixels while it decodes, so half of them fit in the same memory.
            most = limits.pixels // 2 if format_ == "WEBP" else limits.pixels
            if width * height > most:
                raise Refusal("pixels", most=most // 1_000_000)
            if frames > limits.frames or width * height * frames > 4 * limits.pixels:
                raise Refusal("pixels", most=limits.pixels // 1_000_000)
            if format_ == "PNG":
                image.verify()
            else:
                image.draft("RGB", (max(1, width // 8), max(1, height // 8)))  # JPEG: a small version of it will do
                image.load()
        if format_ == "PNG":  # verify() leaves an image that cannot be used any more
            with Image.open(io.BytesIO(data), formats=[format_]) as image:
                image.load()
    except (Refusal, MemoryError):
        raise
    except Exception:  # whatever a decoder stumbles over: this picture is not whole
        raise Refusal("corrupt") from None


def _png(data: bytes, _limits: Limits) -> int:
    at, frames = 8, 1
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if name == b"acTL" and length == 8 and at + 20 <= len(data):
            frames = max(1, struct.unpack_from(">I", data, at + 8)[0])
        at += 12 + length
        if name == b"IEND":
            if data[at:].strip(b"\x00\r\n "):
                raise Refusal("two_faced")
            return frames
    raise Refusal("corrupt")


def _jpeg(data: bytes, _limits: Limits) -> int:
    if b"\xff\xd9" not in data[-1_000_000:]:  # telephones put a little of their own behind it
        raise Refusal("corrupt")
    return 1


def _webp(data: bytes, limits: Limits) -> int:
    (size,) = struct.unpack_from("<I", data, 4) if len(data) >= 12 else (0,)
    if len(data) < size + 8:
        raise Refusal("corrupt")
    if data[size + 8 :].strip(b"\x00"):
        raise Refusal("two_faced")
    at, frames = 12, 0
    while at + 8 <= size + 8 and frames <= limits.frames:
        (length,) = struct.unpack_from("<I", data, at + 4)
        frames += data[at : at + 4] == b"ANMF"
        at += 8 + length + length % 2
    return max(1, frames)


def _gif(data: bytes, limits: Limits) -> int:
    """Walk the blocks: how many frames, and whether the end is the end."""
    try:
        at, frames = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0), 0
        while frames <= limits.frames:
            block = data[at]
            if block == 0x3B:
                if data[at + 1 :].strip(b"\x00\r\n "):
                    raise Refusal("two_faced")
                if not frames:
                    raise Refusal("corrupt")
                return frames
            if block == 0x2C:
                frames += 1
                flags = data[at + 9]
                at += 10 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0) + 1
            elif block == 0x21:
                at += 2
            else:
                raise Refusal("corrupt")
            while data[at]:
                at += data[at] + 1
            at += 1
        return frames
    except IndexError:
        raise Refusal("corrupt") from None

"""Zip containers that lie about themselves, and files that grow."""

import io
import struct
import zipfile
import zlib
from random import Random

import pytest

from ser_portal.intake import Limits

from . import samples
from .samples import docx, odf, zipped

NOISE = Random(1).randbytes(1_000_000)  # noqa: S311  the same bytes every time


def zip_of(entries, *, claim=None, comment=b"", before=b"", count=None):
    """A zip written by hand: `entries` are (name, raw deflate, size, crc); `claim` changes what the headers say."""
    made, directory = bytearray(before), bytearray()
    for name, packed, size, checksum in entries:
        at = len(made)
        size = claim if claim is not None else size
        fields = struct.pack("<5H3I2H", 20, 0, 8, 0, 33, checksum, len(packed), size, len(name), 0)
        made += b"PK\x03\x04" + fields + name + packed
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<3H2I", 0, 0, 0, 0, at) + name
    start = len(made)
    count = len(entries) if count is None else count
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, count, count, len(directory), start, len(comment)) + comment
    return bytes(made + directory) + end


def packed(content):
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return machine.compress(content) + machine.flush(), len(content), zlib.crc32(content)


def test_the_hand_made_zip_is_sound(judged):
    with zipfile.ZipFile(io.BytesIO(docx())) as source:
        parts = [(info.filename.encode(), *packed(source.read(info))) for info in source.infolist()]
    assert judged("a.docx", zip_of(parts)) == "document"


def test_a_hundred_megabytes_of_one_letter_is_a_bomb(refusal):
    assert refusal("a.docx", docx({"word/media/a.bin": b"a" * (101 * 1024 * 1024)})) == "bomb"


def test_the_ratio_counts_although_the_size_is_allowed(judged):
    assert judged("a.docx", docx({"word/media/a.bin": b"a" * (20 * 1024 * 1024)})) == "bomb"
    half = NOISE + b"a" * (20 * 1024 * 1024)
    assert judged("a.docx", docx({"word/media/a.bin": half})) == "document"


def test_many_small_parts_add_up(judged):
    noise = NOISE[:100_000]
    parts = {f"word/media/{n}.bin": noise + b"a" * 900_000 for n in range(30)}
    assert judged("a.docx", docx(parts)) == "document"
    assert judged("a.docx", docx(parts), Limits(unpacked=25_000_000)) == "bomb"


@pytest.mark.parametrize("claim", [0, 10, 5_000_000, 0xFFFFFFFE])
def test_a_header_that_lies_about_the_size_is_not_believed(claim, judged):
    parts = [(b"[Content_Types].xml", *packed(b"a" * 3_000_000))]
    assert judged("a.docx", zip_of(parts, claim=claim)) in ("odd_container", "bomb", "corrupt")


def test_a_bomb_that_claims_to_be_small_stops_while_it_unpacks(refusal):
    parts = [(b"[Content_Types].xml", *packed(b"<a/>")), (b"a.bin", *packed(b"a" * (120 * 1024 * 1024)))]
    assert refusal("a.docx", zip_of(parts, claim=100)) in ("bomb", "odd_container")
    lying = [(b"mimetype", *packed(b"x")), (b"a.bin", packed(b"a" * (110 * 1024 * 1024))[0], 100, 1)]
    assert refusal("a.docx", zip_of(lying)) in ("bomb", "archive")


def test_too_many_parts(judged):
    assert judged("a.docx", docx({f"word/{n}.txt": "" for n in range(1996)})) == "document"
    assert judged("a.docx", docx({f"word/{n}.txt": "" for n in range(1997)})) == "too_many_entries"


def test_parts_of_an_embedded_workbook_count_as_well(judged):
    inner = docx({f"word/{n}.txt": "" for n in range(1500)})
    assert judged("a.docx", docx({"word/embeddings/a.docx": inner})) == "document"
    two = {"word/embeddings/a.docx": inner, "word/embeddings/b.docx": inner}
    assert judged("a.docx", docx(two)) == "too_many_entries"


def test_a_directory_of_half_a_million_lines_is_not_read(refusal):
    parts = b"PK\x01\x02" + b"\x00" * 42
    data = b"PK\x03\x04" + b"\x00" * 26 + parts * 500_000
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 65_535, 65_535, len(parts) * 500_000, 30, 0)
    assert refusal("a.docx", data + end) == "too_many_entries"


def test_overlapping_parts_are_refused(judged):
    """Fifield's construction: many directory lines that share one piece of packed data."""
    name, (content, size, checksum) = b"[Content_Types].xml", packed(b"a" * 1000)
    fields = struct.pack("<5H3I2H", 20, 0, 8, 0, 33, checksum, len(content), size, len(name), 0)
    body = b"PK\x03\x04" + fields + name + content
    line = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<3H2I", 0, 0, 0, 0, 0) + name
    other = line.replace(name, b"[Content_Types].xmk")
    data = body + line + other
    data += b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 2, 2, len(line) * 2, len(body), 0)
    assert judged("a.docx", data) == "odd_container"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"MZ junk" + data,
        lambda data: data + b"junk",
        lambda data: data[:-2] + b"\x05\x00hallo",
        lambda data: data[:-22],
        lambda data: data[: len(data) // 2],
        lambda data: data[:-22] + data[-22:].replace(b"PK\x05\x06\x00", b"PK\x05\x06\x01"),
    ],
)
def test_something_before_behind_or_missing(change, judged):
    assert judged("a.docx", change(docx())) in ("odd_container", "corrupt", "program")


@pytest.mark.parametrize("name", ["../a.xml", "/a.xml", "a\\b.xml", "C:a.xml", "a\x01.xml"])
def test_names_inside_that_leave_the_folder(name, judged):
    assert judged("a.docx", docx({name: "<a/>"})) == "odd_container"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice(judged):
    made = io.BytesIO(docx())
    with zipfile.ZipFile(made, "a") as out:
        out.writestr("WORD/document.xml", "<a/>")
    assert judged("a.docx", made.getvalue()) == "odd_container"


def test_parts_that_are_encrypted_or_packed_in_another_way(judged):
    data = bytearray(docx())
    data[6] |= 1
    assert judged("a.docx", bytes(data)) == "odd_container"
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    assert judged("a.docx", bytes(data)) == "encrypted"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as out:
        out.writestr("[Content_Types].xml", "<a/>")
    assert judged("a.docx", made.getvalue()) == "odd_container"


def test_a_wrong_checksum_is_damage(judged):
    data = bytearray(
        zipped({"mimetype": "application/vnd.oasis.opendocument.text", "a.bin": "x"}, stored=("mimetype", "a.bin"))
    )
    data[30 + 10] ^= 1
    assert judged("a.odt", bytes(data)) in ("corrupt", "archive")


def test_zip64_as_some_programs_write_it(judged):
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx())) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for info in source.infolist():
            with out.open(info.filename, "w", force_zip64=True) as part:
                part.write(source.read(info))
    assert judged("a.docx", made.getvalue()) == "document"
    data = made.getvalue()
    count, size, at = struct.unpack_from("<H2I", data, len(data) - 12)
    wide = b"PK\x06\x06" + struct.pack("<Q2H2I4Q", 44, 45, 45, 0, 0, count, count, size, at)
    wide += b"PK\x06\x07" + struct.pack("<IQI", 0, len(data) - 22, 1)
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 65_535, 65_535, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert judged("a.docx", data[:-22] + wide + end) == "document"


def test_a_zip_that_is_written_as_a_stream(judged):
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.made = b""

        def writable(self):
            return True

        def write(self, content):
            self.made += bytes(content)
            return len(content)

    pipe = Pipe()
    with zipfile.ZipFile(io.BytesIO(odf())) as source, zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as out:
        for info in source.infolist():
            out.writestr(info.filename, source.read(info), info.compress_type)
    assert judged("a.odt", pipe.made) == "document"


def test_xml_of_a_hundred_million_bytes_or_a_million_levels_ends_in_time(refusal):
    deep = b"<a>" * 3_000_000
    assert refusal("a.docx", docx({"word/a.xml": deep}), Limits(ratio=10_000)) in ("too_heavy", "corrupt")
    wide = b"<a>" + b"<b/>" * 9_000_000 + b"</a>"
    assert refusal("a.docx", docx({"word/a.xml": wide}), Limits(ratio=10_000, seconds=2)) == "too_heavy"


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_of_too_many_pixels(format_, judged):
    data = samples.picture(format_, (300, 200))
    assert judged("a.x", data, Limits(pixels=50_000)) == "pixels"


def test_a_small_png_of_a_thousand_million_pixels_is_not_unpacked(refusal):
    data = samples.png_of(40_000, 30_000)
    assert len(data) < 200_000
    assert refusal("a.png", data) == "pixels"


def test_an_animation_without_end(judged):
    assert judged("a.gif", samples.animation("GIF", 30), Limits(frames=20)) == "pixels"
    assert judged("a.webp", samples.animation("WEBP", 30), Limits(frames=20)) == "pixels"
    assert judged("a.png", samples.animation("PNG", 30), Limits(frames=20)) == "pixels"
    assert judged("a.gif", samples.animation("GIF", 30), Limits(frames=30)) == "image"

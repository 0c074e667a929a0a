"""What may come in, made as people make it; and that nothing but the content decides."""

import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from ser_portal.intake import Limits, Refused, inspect
from ser_portal.intake.refusals import CODES, refused

from . import samples


@pytest.mark.parametrize("name", samples.VALID)
def test_every_kind_comes_in_with_what_it_is(name, valid):
    data = valid[name]
    accepted = inspect(io.BytesIO(data), name)
    extension = name.rpartition(".")[2]
    assert (accepted.kind, accepted.extension) == (samples.KINDS[extension], extension)
    assert (accepted.size, accepted.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert accepted.safe_name == name
    assert "/" in accepted.mime


def test_an_upload_is_read_from_its_start_and_left_there(valid):
    upload = SimpleUploadedFile("verslag.pdf", valid["verslag.pdf"], content_type="image/svg+xml")
    upload.seek(100)
    assert inspect(upload, upload.name).mime == "application/pdf"
    assert upload.tell() == 0


def test_the_type_a_browser_sends_decides_nothing():
    upload = SimpleUploadedFile("verslag.pdf", b"MZ\x90\x00" * 50, content_type="application/pdf")
    with pytest.raises(Refused) as caught:
        inspect(upload, upload.name)
    assert caught.value.code == "program"


@pytest.mark.parametrize("name", ["verslag.pdf", "foto.jpg", "verslag.docx", "verslag.odt", "notitie.txt"])
def test_a_name_without_extension_gets_the_one_of_the_content(name, valid):
    accepted = inspect(io.BytesIO(valid[name]), "versie 1.2")
    assert accepted.safe_name == f"versie 1.2.{name.rpartition('.')[2]}"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("verslag.docx", "verslag.pdf"), ("verslag.pdf", "verslag.docx"), ("foto.png", "foto.jpg"),
        ("cijfers.xlsx", "cijfers.ods"), ("cijfers.csv", "cijfers.xlsx"), ("verslag.pdf", "notitie.txt"),
        ("verslag.pdf.exe", "verslag.pdf"), ("foto.svg", "foto.png"), ("verslag.html", "verslag.pdf"),
    ],
)  # fmt: skip
def test_a_name_that_contradicts_the_content_is_refused(name, content, valid, judged):
    assert judged(name, valid[content]) == "mismatch"


def test_the_refusal_says_what_it_is_and_in_the_language_of_the_reader(valid):
    with pytest.raises(Refused) as caught:
        inspect(io.BytesIO(valid["verslag.pdf"]), "verslag.docx")
    assert ".docx" in caught.value.sentence
    assert ".pdf" in caught.value.sentence


def test_every_code_has_one_sentence_in_dutch():
    with translation.override("nl"):
        for code in CODES:
            sentence = refused(code, {"most": 25, "extension": "doc", "kind": "pdf"}).sentence
            assert sentence[0].isupper(), code
            assert sentence.endswith("."), code
            assert sentence.count(". ") == 0, code
            assert len(sentence) < 200, code


def test_empty_and_too_large_are_said_before_anything_is_read(refusal):
    assert refusal("leeg.pdf", b"") == "empty"
    assert refusal("spaties.txt", b" \n\t\n") == "empty"
    assert refusal("groot.txt", b"a" * 1001, Limits(size=1000)) == "too_large"
    assert refusal("groot.pdf", b"%PDF-1.7\n" + b"\x00" * (25 * 1024 * 1024)) == "too_large"


def test_exactly_the_limit_comes_in():
    assert inspect(io.BytesIO(b"a" * 1000), "tekst.txt", Limits(size=1000)).size == 1000


def test_a_limit_of_nothing_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="ratio"):
        Limits(ratio=0)

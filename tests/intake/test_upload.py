"""Files on their way in: what goes too far is not kept, and the rest of the form survives."""

import io
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from ser_portal.accounts.models import User
from ser_portal.intake import Refused, inspect
from ser_portal.intake.upload import most_request_bytes


@pytest.fixture
def posted(settings):
    """The request as a view sees it; 1,000 bytes per file and three files are enough to go too far."""
    settings.EVIDENCE_MOST_BYTES, settings.EVIDENCE_MOST_FILES = 1000, 3

    def post(*files, user=None):
        uploads = [SimpleUploadedFile(name, data) for name, data in files]
        request = RequestFactory().post("/", {"text": "Dit typte ik", "files": uploads})
        request.user = user or User(email="delegate@voorbeeld.example")
        return request

    return post


def codes(request, limits=None):
    found = []
    for file in request.FILES.getlist("files"):
        try:
            found.append(inspect(file, file.name, limits).kind)
        except Refused as refused:
            found.append(refused.code)
    return found


def test_a_file_comes_in_through_the_disk(posted):
    request = posted(("a.txt", b"tekst"))
    (file,) = request.FILES.getlist("files")
    assert Path(file.temporary_file_path()).read_bytes() == b"tekst"
    assert Path(file.temporary_file_path()).stat().st_mode & 0o077 == 0
    assert (file.name, file.size) == ("a.txt", 5)
    assert codes(request) == ["text"]


def test_what_is_too_large_is_thrown_away_and_the_form_stays(posted):
    from ser_portal.intake import Limits

    request = posted(("a.txt", b"a" * 1000), ("b.txt", b"b" * 1001), ("c.txt", b"c"))
    assert request.POST["text"] == "Dit typte ik"
    assert [file.size for file in request.FILES.getlist("files")] == [1000, 1001, 1]
    assert Path(request.FILES.getlist("files")[1].temporary_file_path()).stat().st_size == 0
    assert codes(request, Limits(size=1000)) == ["text", "too_large", "text"]


def test_a_file_that_was_cut_never_comes_in_even_when_a_caller_allows_more(posted):
    assert codes(posted(("b.txt", b"b" * 300_000))) == ["too_many"]


def test_the_fourth_of_three_files_is_refused_and_the_others_are_not(posted):
    assert codes(posted(*[(f"{n}.txt", b"a") for n in range(4)])) == ["text", "text", "text", "too_many"]


def test_of_somebody_who_is_not_signed_in_no_file_is_kept(posted):
    request = posted(("a.txt", b"a"), ("b.txt", b"b" * 5000), user=AnonymousUser())
    assert request.POST["text"] == "Dit typte ik"
    assert not request.FILES


@pytest.mark.parametrize(
    "name", ["a." + "x" * 400, "a" * 600 + ".txt", "a\u202e.txt", "..", "/etc/passwd", "a.\x00b", ""]
)
def test_a_name_that_is_too_strange_for_a_disk_is_no_error(name, posted):
    """Django names its temporary file after the extension; four hundred letters would be a 500."""
    boundary = "grens"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        f"Content-Type: text/plain\r\n\r\ntekst\r\n--{boundary}--\r\n"
    ).encode()
    request = RequestFactory().post("/", body, content_type=f"multipart/form-data; boundary={boundary}")
    request.user = User(email="delegate@voorbeeld.example")
    assert all(code == "text" or code.startswith("name_") or code == "unknown" for code in codes(request))


def test_a_request_that_was_broken_off_leaves_no_temporary_file(posted, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    whole = posted(("a.txt", b"a" * 900))
    body = whole.read()
    assert len(body) > 900
    broken = RequestFactory().generic("POST", "/", body[:-200], content_type=whole.META["CONTENT_TYPE"])
    broken.user = User(email="delegate@voorbeeld.example")
    assert broken.POST["text"] == "Dit typte ik"
    assert not broken.FILES
    broken.close()
    assert list(tmp_path.iterdir()) == []


def test_a_request_that_says_it_is_too_large_is_answered_before_it_is_read(client, db):
    class Untouched(io.BytesIO):
        def read(self, *_):
            raise AssertionError("the body was read")

    response = client.generic(
        "POST", "/", b"", CONTENT_LENGTH=str(most_request_bytes() + 1), **{"wsgi.input": Untouched()}
    )
    assert response.status_code == 413
    assert "154 MB" in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("length", ["onzin", "", "-1"])
def test_a_length_that_is_no_number_is_no_error(length, client, db):
    assert client.generic("POST", "/", b"", CONTENT_LENGTH=length).status_code < 500

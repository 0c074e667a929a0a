"""Files on their way in: to disk, never further than they may go, and for nobody who is not signed in.

The handler is set for the whole portal, because the check against forged requests reads the form before any view runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_ROOM_FOR_FIELDS: Final = 4 * 1024 * 1024


def most_request_bytes() -> int:
    """What one request may hold: all files that may come at once, and the form around them."""
    return settings.EVIDENCE_MOST_FILES * settings.EVIDENCE_MOST_BYTES + _ROOM_FOR_FIELDS


class Upload(TemporaryUploadedFile):
    """A file in a temporary place. `cut`: it went too far and its content is gone; `size` stays what came in."""

    cut = False

    def __init__(self, name: str, content_type: str | None, extra: dict[str, Any] | None) -> None:
        # The temporary file must not be named after what was sent: an extension of 300 letters ends in a 500.
        super().__init__("upload", content_type or "", 0, None, extra)
        self.name = name


class QuotaUploadHandler(FileUploadHandler):
    """Keeps at most `EVIDENCE_MOST_BYTES` of each file and `EVIDENCE_MOST_FILES` files of a request.

    What goes further is read on, so that the rest of the form survives, but not kept: `inspect` refuses such a file
    with a sentence. Nothing is kept of what somebody sends who is not signed in.
    """

    file: Upload

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._files = 0

    def new_file(self, field_name: str, file_name: str, content_type: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, content_type, *args, **kwargs)
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            raise SkipFile
        self._files += 1
        self.file = Upload(file_name, content_type, self.content_type_extra)
        self.file.cut = self._files > settings.EVIDENCE_MOST_FILES

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.file.cut:
            return
        if start + len(raw_data) > settings.EVIDENCE_MOST_BYTES:
            self.file.cut = True
            self.file.seek(0)
            self.file.truncate()
            return
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> Upload:
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()


class UploadSizeMiddleware:
    """Answers 413 to a request that says it is too large, before a byte of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > (most := most_request_bytes()):
            return render(request, "errors/413.html", {"most": most // (1024 * 1024)}, status=413)
        return self.get_response(request)

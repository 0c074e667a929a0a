"""Settings and a mail backend for a worker that is killed: it stops for as long as it takes, before or after the mail.

Used as DJANGO_SETTINGS_MODULE of a real worker process; what it reached is a file in PORTAL_VAR.
"""

import os
import time
from pathlib import Path

from django.core.mail.backends.filebased import EmailBackend as FileBackend

from ser_portal.settings import *  # noqa: F403

EMAIL_BACKEND = "tests.covenants.slow_mail.EmailBackend"


class EmailBackend(FileBackend):
    """Writes the mail to a file, and stands still at the moment in HANG_AT (before, after or never)."""

    def send_messages(self, messages):
        self._perhaps_hang("before")
        sent = super().send_messages(messages)
        self._perhaps_hang("after")
        return sent

    def _perhaps_hang(self, moment):
        if os.environ.get("HANG_AT") == moment:
            (Path(os.environ["PORTAL_VAR"]) / "reached").write_text(moment)
            time.sleep(600)

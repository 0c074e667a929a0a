"""What must never stand in a log: the secret part of an address that opens something."""

import logging
import re

SECRET_ADDRESS = re.compile(r"(/(?:uitnodiging|agenda|wachtwoord/nieuw)/)[^/\s?\"'<>]+")


def without_secrets(text: str) -> str:
    """The text with the secret part of every such address left out."""
    return SECRET_ADDRESS.sub(r"\1…", text)


class WithoutSecrets(logging.Formatter):
    """Formats a line, traceback and all, and leaves the secrets out."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))

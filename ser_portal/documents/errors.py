"""What a person reads when a file could not be made."""

from __future__ import annotations


class RenderError(RuntimeError):
    """A file could not be made. `str(error)` is one Dutch sentence for the screen; `detail` is for the log only."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail

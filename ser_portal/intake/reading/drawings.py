"""SVG inside a document: a drawing, and nothing that runs or fetches."""

from __future__ import annotations

import re
from typing import Final

from .verdict import Refusal

_NEVER: Final = {"script", "foreignObject", "iframe", "object", "embed", "handler", "listener", "set", "animate"}
_INSIDE: Final = re.compile(r"^(#|data:image/(png|jpeg|gif|webp)[;,]|$)", re.IGNORECASE)


def on_start(name: str, attributes: dict[str, str]) -> None:
    """Raise Refusal `svg` for an element or attribute that could act."""
    local = name.rpartition(" ")[2]
    if local in _NEVER:
        raise Refusal("svg")
    for key, value in attributes.items():
        own = key.rpartition(" ")[2].lower()
        if own.startswith("on") or (own in ("href", "src") and local != "a" and not _INSIDE.match(value.strip())):
            raise Refusal("svg")
        if "javascript:" in re.sub(r"[\s\x00-\x1f]", "", value).lower():
            raise Refusal("svg")

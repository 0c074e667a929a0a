"""Records carry their texts in Dutch and mostly in English; this picks the reader's."""

from typing import Any

from django.utils.translation import get_language


def is_english() -> bool:
    """Whether the reader's language is English."""
    return (get_language() or "nl").startswith("en")


def words(record: Any, name: str) -> str:
    """The text of `name` in the reader's language, Dutch where there is no English."""
    if is_english() and (english := getattr(record, f"{name}_en", "")):
        return str(english)
    return str(getattr(record, f"{name}_nl"))

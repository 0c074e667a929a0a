"""A few words for templates; they decide nothing, they only write."""

from typing import Any

from django import template
from django.utils.translation import get_language

from ser_portal import web

register = template.Library()


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query with some values changed: `{% query fase="signed" pagina=None %}`."""
    return web.query_string(context["request"].GET, **changes)


@register.filter
def words(record: Any, name: str) -> str:
    """The text of `name` in the reader's language, Dutch where there is no English: `{{ agreement|words:"name" }}`."""
    if (get_language() or "nl").startswith("en") and (english := getattr(record, f"{name}_en", "")):
        return english
    return getattr(record, f"{name}_nl")


@register.filter
def is_link(source: str) -> bool:
    """Whether a source is an address rather than words."""
    return isinstance(source, str) and source.startswith(("https://", "http://"))

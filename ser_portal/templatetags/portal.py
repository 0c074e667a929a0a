"""A few words for templates; they decide nothing, they only write."""

from typing import Any

from django import template

from ser_portal import web
from ser_portal.prose import markdown
from ser_portal.words import words

register = template.Library()
register.filter("words", words)  # {{ agreement|words:"name" }}
register.filter("markdown", markdown)  # what a person typed, made safe


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query with some values changed: `{% query fase="signed" pagina=None %}`."""
    return web.query_string(context["request"].GET, **changes)


@register.filter
def is_link(source: str) -> bool:
    """Whether a source is an address rather than words."""
    return isinstance(source, str) and source.startswith(("https://", "http://"))

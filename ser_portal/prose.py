"""Text as people type it: Markdown made safe, and numbers read one way."""

import re
from decimal import Decimal, InvalidOperation

import nh3
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

# No raw HTML, no images (an image elsewhere tells its owner who reads), no headings that would break the page's own.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "heading", "lheading"])
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre", "hr"}
_LARGEST = Decimal(10) ** 14


def markdown(text: str) -> SafeString:
    """The text as safe HTML: paragraphs, lists, emphasis, quotes and links; anything else shows as it was typed."""
    html = nh3.clean(
        _MARKDOWN.render(text or ""),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)  # noqa: S308 -- nh3 has just cleaned it


def read_number(typed: str) -> Decimal:
    """A number as people write it here, whatever the language of the screen: `1.234,5`, `1234,5`, `12`.

    A comma before the decimals (four at most), a point only between thousands: what one colleague types in Dutch means
    the same to another who reads in English. Raises ValidationError, in words, for anything else.
    """
    text = re.sub(r"[\s\u00a0\u202f]", "", typed.strip()).replace("−", "-")
    if not re.fullmatch(r"-?(\d{1,3}(\.\d{3})+|\d{1,15})(,\d{1,4})?", text):
        raise ValidationError(
            _("‘%(typed)s’ is geen getal. Schrijf bijvoorbeeld 12, 12,5 of 1.250; decimalen na een komma.")
            % {"typed": typed.strip()[:40]}
        )
    try:
        number = Decimal(text.replace(".", "").replace(",", "."))
    except InvalidOperation:  # pragma: no cover - the pattern allows nothing that Decimal does not read
        raise ValidationError(_("Dit is geen getal.")) from None
    if abs(number) >= _LARGEST:
        raise ValidationError(_("Dit getal is te groot."))
    return number


def show_number(number: Decimal | None) -> str:
    """The number to be read, `118.860` or `12,5`: thousands apart, the way `read_number` takes it; '' for None."""
    whole, comma, decimals = write_number(number).partition(",")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{re.sub(r'(?<=[0-9])(?=([0-9]{3})+$)', '.', digits)}{comma}{decimals}"


def write_number(number: Decimal | None) -> str:
    """The number as `read_number` reads it back, without thousands; '' for None."""
    if number is None:
        return ""
    text = format(number.normalize(), "f")
    return text.replace(".", ",")

"""HTML: valid, semantic, escaped, and the same every time."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import lxml.html
import pytest
from document_samples import HOSTILE, SVG, document, documents, small_table, table
from hypothesis import given, settings

from ser_portal.documents import (
    FORMATS,
    Document,
    DocumentError,
    Paragraph,
    SvgFigure,
    default_stylesheet,
    render_fragment,
    render_html,
)

VOID = {"meta", "br", "link"}
OURS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "a",
    "header",
    "h1",
    "h2",
    "h3",
    "p",
    "dl",
    "div",
    "dt",
    "dd",
    "nav",
    "ol",
    "li",
    "span",
    "main",
    "article",
    "section",
    "ul",
    "strong",
    "em",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "time",
    "figure",
    "figcaption",
    "details",
    "summary",
    "svg",
    "rect",
    "text",
    "br",
}


class Strict(HTMLParser):
    """Fails on anything that is not closed in order, an unknown element, a repeated id or a dangling reference."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.references: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in OURS
        for name, value in attrs:
            assert not name.startswith("on")
            assert name != "style"
            if name == "id":
                assert value not in self.ids
                self.ids.add(str(value))
            elif name in ("aria-labelledby",) or (name == "href" and str(value).startswith("#")):
                self.references.add(str(value).removeprefix("#"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(html: str) -> Strict:
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    assert parser.references <= parser.ids
    return parser


@given(documents())
@settings(max_examples=30, deadline=None)
def test_whatever_is_typed_stays_text(made: Document) -> None:
    parsed(render_html(made, stylesheet="p { color: red }"))


def test_hostile_text_reads_back_as_it_was_typed() -> None:
    html = render_html(document(Paragraph(HOSTILE), title=HOSTILE), stylesheet=default_stylesheet())
    tree = lxml.html.fromstring(html)
    assert tree.xpath("//section/p")[0].text_content() == HOSTILE
    assert tree.xpath("//h1")[0].text_content() == HOSTILE
    assert tree.xpath("//title")[0].text_content() == HOSTILE


def test_the_page_has_what_assistive_technology_needs() -> None:
    tree = lxml.html.fromstring(render_html(document(), stylesheet=None))
    assert tree.get("lang") == "nl"
    assert [h.text_content() for h in tree.xpath("//section/*[self::h2 or self::h3]")] == [
        "1 Convenanten",
        "1.1 Wie meedoet",
        "1.2 Verloop",
        "2 Klimaat",
    ]
    assert tree.xpath("//table[@id or caption]")[0].xpath("caption")[0].text == "Deelname"
    assert tree.xpath("//thead//th/@scope") == ["col"] * 7
    assert "2016-07-04" in tree.xpath("//td/time/@datetime")
    assert [t.text for t in tree.xpath("//td/span")] == ["zomer 2017"]
    svg = tree.xpath("//figure/svg")[0]
    assert svg.get("role") == "img"
    assert svg.xpath("title")[0].text == "Zeven"
    assert [a.get("href") for a in tree.xpath("//nav//a")] == ["#convenanten", "#wie", "#verloop", "#klimaat"]


def test_the_page_allows_its_own_style_and_nothing_else() -> None:
    html = render_html(document(), stylesheet="b { top: 0 }")
    digest = base64.b64encode(hashlib.sha256(b"b { top: 0 }").digest()).decode()
    assert f"style-src 'sha256-{digest}'" in html
    assert "default-src 'none'" in html
    assert "<script" not in html


def test_a_style_sheet_cannot_leave_its_element() -> None:
    with pytest.raises(DocumentError, match="opmaak"):
        render_html(document(), stylesheet="a{} </STYLE><script>")


def test_the_fragment_is_the_article_of_the_page_without_style() -> None:
    fragment = render_fragment(document())
    assert fragment in render_html(document(), stylesheet=default_stylesheet())
    assert fragment.startswith('<article class="doc" lang="nl">')
    assert "<style" not in fragment
    assert "<h1" not in fragment


def test_an_empty_table_says_so_and_a_closed_svg_still_gets_its_name() -> None:
    bare = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    html = render_html(
        document(table(rows=[]), SvgFigure("g", bare, "Leeg & kaal", "Leeg", small_table())), stylesheet=None
    )
    assert "Geen gegevens." in html
    assert '><title id="doc-t-g">Leeg &amp; kaal</title></svg>' in html
    parsed(html)
    assert SVG.count("<text") == 1


def test_every_class_in_the_page_is_styled_or_a_hook_and_the_result_is_the_same_every_time() -> None:
    page = FORMATS["html"].render(document())
    assert page == FORMATS["html"].render(document())
    used = set(re.findall(r'class="([^"]+)"', page.decode()))
    assert all(name == "doc" or name.startswith("doc-") for names in used for name in names.split())


def test_a_greater_than_sign_in_an_attribute_does_not_end_the_first_tag_of_a_drawing() -> None:
    sly = "<svg aria-label='a>b\"' role='none' xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><rect/></svg>"
    html = render_html(document(SvgFigure("g", sly, 'Naam "g"', "Leeg", small_table())), stylesheet=None)
    svg = lxml.html.fromstring(html).xpath("//figure/svg")[0]
    assert svg.get("aria-label") == 'a>b"'
    assert [child.tag for child in svg] == ["title", "rect"]
    assert svg[0].text == 'Naam "g"'
    assert svg.get("role") == "img"

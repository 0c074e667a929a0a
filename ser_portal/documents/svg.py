"""What a drawing in a document may contain.

The SVG stands inside an HTML page and inside a PDF, so it may draw and nothing else: no script, no style sheet, no
foreign content, nothing fetched from elsewhere. Colours and strokes are presentation attributes (``fill="#0b5563"``
or ``currentColor``), because the portal's content security policy refuses ``style``.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
ELEMENTS: Final = frozenset(
    [
        "svg",
        "g",
        "defs",
        "title",
        "desc",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "clipPath",
        "linearGradient",
        "radialGradient",
        "stop",
        "pattern",
        "marker",
        "mask",
        "symbol",
        "use",
    ]
)
MAX_LENGTH: Final = 2_000_000


def check_svg(svg: str) -> tuple[str, ...]:
    """Return the ids inside the drawing; raise `ValueError` with a Dutch sentence when it does more than draw."""
    if len(svg) > MAX_LENGTH:
        raise ValueError("de tekening is groter dan 2 MB.")
    if "<!" in svg or "<?" in svg:
        raise ValueError("de tekening mag geen DOCTYPE, commentaar of verwerkingsopdracht hebben.")
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314  without "<!" there are no entities to expand
    except ElementTree.ParseError as error:
        raise ValueError(f"de tekening is geen geldige SVG ({error}).") from error
    if root.tag != f"{NAMESPACE}svg" or not root.get("viewBox"):
        raise ValueError("de tekening begint met <svg xmlns=… viewBox=…>.")
    if not svg.startswith("<svg"):
        raise ValueError("de tekening begint met <svg, zonder voorvoegsel of witruimte.")
    ids = []
    for element in root.iter():
        name = element.tag.removeprefix(NAMESPACE)
        if name not in ELEMENTS or not element.tag.startswith(NAMESPACE):
            raise ValueError(f"de tekening mag geen <{name:.40}> hebben.")
        for attribute, value in element.attrib.items():
            plain = attribute.lower().rpartition("}")[2]
            if plain.startswith("on") or plain in ("style", "src") or "}" in attribute:
                raise ValueError(f"de tekening mag geen attribuut {plain:.40} hebben.")
            if plain == "href" and not re.fullmatch(r"#[\w.-]+", value):
                raise ValueError("de tekening mag alleen naar zichzelf verwijzen.")
            if re.search(r"url\s*\((?!#[\w.-]+\))|javascript:|\\", value, re.IGNORECASE):
                raise ValueError(f"de tekening heeft een verboden waarde in {plain:.40}.")
            if plain == "id":
                ids.append(value)
    return tuple(ids)

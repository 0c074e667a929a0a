"""One sentence per refusal: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

_SENTENCES: Final = {
    # the name
    "name_empty": _("Dit bestand heeft geen bruikbare naam; geef het een naam die zegt wat het is."),
    "name_long": _("De naam van dit bestand is langer dan 150 tekens; maak de naam korter."),
    "name_path": _("De naam van dit bestand bevat een schuine streep; geef het een naam zonder / of \\."),
    "name_characters": _(
        "De naam van dit bestand bevat onzichtbare tekens die de naam anders laten lijken; typ de naam opnieuw."
    ),
    "name_reserved": _("Deze naam is op sommige computers niet toegestaan; geef het bestand een andere naam."),
    # any file
    "empty": _("Dit bestand is leeg; kies het bestand met inhoud."),
    "too_large": _(
        "Dit bestand is groter dan %(most)s MB; maak het kleiner, bijvoorbeeld met lichtere beelden, of splits het."
    ),
    "too_many": _("Er zijn te veel bestanden tegelijk gestuurd; stuur dit bestand in een volgende keer."),
    "mismatch": _(
        "De naam eindigt op .%(extension)s, maar de inhoud is van de soort .%(kind)s; kies het goede bestand of pas de "
        "naam aan."
    ),
    "unknown": _(
        "Deze soort bestand kan niet worden ingestuurd; stuur een PDF, een afbeelding, een Word-, Excel-, PowerPoint- "
        "of OpenDocument-bestand, CSV of tekst."
    ),
    "corrupt": _("Dit bestand is beschadigd of niet volledig; open het, sla het opnieuw op en stuur het nog eens."),
    "too_heavy": _(
        "Dit bestand is te ingewikkeld om te controleren; sla het op als een eenvoudiger bestand, bijvoorbeeld een PDF."
    ),
    "not_checked": _("Dit bestand kon nu niet worden gecontroleerd; probeer het over een paar minuten opnieuw."),
    "two_faced": _(
        "Voor of achter de eigenlijke inhoud staat nog iets anders; sla het bestand opnieuw op en stuur dat."
    ),
    "encrypted": _(
        "Dit bestand is beveiligd met een wachtwoord of beperkingen; sla het zonder beveiliging op en stuur dat."
    ),
    "program": _("Dit bestand is een programma of script; dat kan niet als bewijsstuk worden ingestuurd."),
    "archive": _("Dit is een ingepakt bestand, zoals een zip; pak het uit en stuur de bestanden een voor een."),
    "legacy": _(
        "Dit is een bestand van een oude soort, zoals .doc of .xls; sla het op als .docx, .xlsx, .pptx of PDF."
    ),
    "rtf": _("Een RTF-bestand kan andere bestanden bevatten; sla het op als .docx of PDF."),
    # containers
    "macros": _("Dit bestand bevat macro's; sla het op zonder macro's, bijvoorbeeld als .docx, .xlsx, .odt of PDF."),
    "embedded": _("In dit bestand zit een ander bestand of object; verwijder het, of sla het geheel op als PDF."),
    "nested": _("In dit bestand zit een ingepakt bestand; verwijder het, of sla het geheel op als PDF."),
    "outside": _(
        "Dit bestand haalt gegevens van elders, zoals een koppeling met een ander bestand; verbreek de koppelingen of "
        "sla het op als PDF."
    ),
    "remote_template": _(
        "Dit bestand gebruikt een sjabloon van een andere plek; koppel het los van de sjabloon of sla het op als PDF."
    ),
    "template": _("Dit is een sjabloon of diavoorstelling; sla het op als gewoon document."),
    "entities": _(
        "De opbouw van dit bestand verwijst naar zichzelf of naar buiten; sla het opnieuw op of maak er een PDF van."
    ),
    "odd_container": _("De opbouw van dit bestand klopt niet; open het, sla het opnieuw op en stuur de nieuwe versie."),
    "too_many_entries": _("Dit bestand bestaat uit meer dan %(most)s onderdelen; splits het of sla het op als PDF."),
    "bomb": _(
        "Uitgepakt is dit bestand veel groter dan toegestaan (%(most)s MB); maak het kleiner of sla het op als PDF."
    ),
    # PDF
    "pdf_active": _(
        "Deze PDF kan zelf iets uitvoeren, zoals een script of een formulierknop; druk hem af naar een nieuwe PDF en "
        "stuur die."
    ),
    "pdf_files": _("In deze PDF zit een ander bestand; druk hem af naar een nieuwe PDF, of stuur de bestanden los."),
    "pdf_odd": _("De opbouw van deze PDF is ongewoon; druk hem af naar een nieuwe PDF en stuur die."),
    # images
    "svg": _("Een SVG-tekening kan iets uitvoeren; sla de tekening op als PNG of PDF."),
    "other_image": _("Deze soort afbeelding wordt niet overal getoond; sla haar op als JPEG of PNG."),
    "pixels": _("Deze afbeelding heeft te veel beeldpunten (meer dan %(most)s miljoen); maak haar kleiner."),
    # text
    "markup": _("Dit is een webpagina of XML-bestand; sla het op als PDF, CSV of tekst."),
    "not_text": _("Dit bestand bevat tekens die in tekst niet voorkomen; sla het opnieuw op als CSV of tekst."),
    "encoding": _("De tekens van dit bestand zijn niet te lezen; sla het op als CSV of tekst in UTF-8."),
    "calling_cell": _(
        "Een cel in dit bestand begint met een formule die iets start of ophaalt; vervang formules door hun uitkomst."
    ),
}
CODES: Final = frozenset(_SENTENCES)


class Refused(Exception):
    """A file that does not come in. `code` is for the log and for tests, `sentence` for the person who sent it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str]]:
        return Refused, (self.code, self.sentence)


def refused(code: str, details: Mapping[str, str | int] | None = None) -> Refused:
    """The refusal with its sentence, in the language of this moment."""
    return Refused(code, str(_SENTENCES[code]) % dict(details or {}))

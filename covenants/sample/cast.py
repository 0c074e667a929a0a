"""Who plays in the sample year: two agreements, their parties and people, all invented and named as such."""

from dataclasses import dataclass, field
from datetime import date

from covenants.models import Audience, Phase
from ser_portal.dates import ImpreciseDate

SOURCE = "Voorbeeldgegevens: verzonnen om het portaal uit te proberen"
SOURCE_EN = "Sample data: invented to try the portal with"
DOMAIN = "demo.example"
PREFIX = "voorbeeld."  # of every address in the sample year; the demo accounts have other ones


@dataclass(frozen=True)
class Stage:
    """An agreement and the way it reports, which differs between the two on purpose."""

    key: str
    sector_slug: str
    sector: tuple[str, str]
    slug: str
    name: tuple[str, str]
    run_by_ser: bool
    organisation: str
    ledger: list[tuple[Phase, ImpreciseDate]]
    reporting_year: str
    rules: dict[str, object]
    first_day: date  # parties take part from here on, the later ones excepted
    companies: list[str]
    trade: str
    size_weights: tuple[int, int, int]
    facts: list[tuple[str, str, str]] = field(default_factory=list)


COFFEE = Stage(
    key="koffie",
    sector_slug="voorbeeld-koffie",
    sector=("Voorbeeldsector koffie", "Sample sector coffee"),
    slug="voorbeeldconvenant-koffie",
    name=("Voorbeeldconvenant Koffie", "Sample agreement on coffee"),
    run_by_ser=True,
    organisation="SER (voorbeeld)",
    ledger=[
        (Phase.EXPLORATION, ImpreciseDate.month(2017, 3)),
        (Phase.NEGOTIATION, ImpreciseDate.on(date(2017, 9, 15))),
        (Phase.SIGNED, ImpreciseDate.on(date(2018, 6, 20))),
        (Phase.IMPLEMENTATION, ImpreciseDate.on(date(2018, 9, 1))),
    ],
    reporting_year="Elk bedrijf rapporteert zelf, over een kalenderjaar.",
    rules={"minimum_count": 5, "dominance_percent": 10, "stale_after_days": 92, "reply_days": 14},
    first_day=date(2018, 9, 1),
    companies=[
        "Branderij Noorderlicht", "Branderij Zuidwal", "Branderij De Zolder", "Branderij Kraaiennest",
        "Koffiehuis Amstel", "Koffiehuis De Brug", "Koffiehuis Maas en Waal", "Koffiehandel Terpstra en Co",
        "Koffiehandel Oosterhaven", "Koffiehandel Lindenhof", "Koffie-import Vlissingen", "Koffie-import Drie Masten",
        "Koffie-import Westpoort", "Espresso Brigade", "Bonenpakhuis", "Bonenbeurs Rotterdam", "Koffiepads Deventer",
        "Koffiekaravaan", "Supermarkt De Hoek", "Supermarkt Buurtgenoot", "Kantoorkoffie Nederland",
        "Automatenkoffie Zaanstreek", "Biologisch Koffiecollectief", "Koffiewinkels Utrecht",
    ],
    trade="Koffie",
    size_weights=(9, 9, 6),
    facts=[
        ("monitoring", "Het secretariaat beoordeelt elk jaar wat de bedrijven rapporteren.",
         "Each year the secretariat assesses what the companies report."),
        ("confidentiality", "Wat een bedrijf rapporteert zien alleen het bedrijf zelf en het secretariaat.",
         "What a company reports is seen by that company and the secretariat only."),
    ],
)  # fmt: skip

TOYS = Stage(
    key="speelgoed",
    sector_slug="voorbeeld-speelgoed",
    sector=("Voorbeeldsector speelgoed", "Sample sector toys"),
    slug="voorbeeldconvenant-speelgoed",
    name=("Voorbeeldconvenant Speelgoed", "Sample agreement on toys"),
    run_by_ser=False,
    organisation="Voorbeeldsecretariaat Speelgoed",
    ledger=[
        (Phase.EXPLORATION, ImpreciseDate.year(2018)),
        (Phase.NEGOTIATION, ImpreciseDate.month(2019, 2)),
        (Phase.SIGNED, ImpreciseDate.on(date(2019, 10, 4))),
        (Phase.IMPLEMENTATION, ImpreciseDate.on(date(2020, 1, 1))),
    ],
    reporting_year="De branche rapporteert voor haar leden, van juni tot en met mei.",
    rules={
        "progress_level": Audience.PARTIES, "evidence_level": Audience.STEERING_GROUP, "review_level": Audience.PARTIES,
        "reply_level": Audience.PARTIES, "minimum_count": 3, "dominance_percent": 15, "stale_after_days": 122,
        "reply_days": 21,
    },
    first_day=date(2020, 1, 1),
    companies=[
        "Speelgoed Eemland", "Speelgoed De Regenboog", "Houten Treinen Hoorn", "Poppenatelier Leiden",
        "Bordspellen Breda", "Bouwblokken Enschede", "Knuffels van Nu", "Speelgoedhuis Groningen",
        "Buitenspeelgoed Tilburg", "Puzzelfabriek Zwolle", "Kinderfietsen Heerenveen", "Knutselwinkel Arnhem",
    ],
    trade="Speelgoed",
    size_weights=(5, 5, 2),
    facts=[
        ("monitoring", "Een onafhankelijke commissie controleert elk jaar een deel van de opgaven.",
         "An independent committee checks part of the statements each year."),
        ("confidentiality", "Wat is goedgekeurd zien ook de andere partijen van dit akkoord.",
         "What is approved is seen by the other parties to this agreement as well."),
    ],
)  # fmt: skip

STAGES = [COFFEE, TOYS]

# Companies of one group count as one; the places in the list of companies of a stage.
GROUPS = {"koffie": {"Voorbeeldgroep Zuid": (1, 4, 10), "Voorbeeldgroep Delta": (6, 18)}, "speelgoed": {}}
MEMBERS = {"koffie": range(1, 15), "speelgoed": range(4, 12)}  # of the association of that stage
SUPPORTERS = {"koffie": (), "speelgoed": range(4, 12)}  # they report through their association
LEFT, PERHAPS, LATE_JOINER = 23, 22, 21  # companies in coffee: left, joined in or after the period, joined later
TWO_PARTIES = (1, 4)  # one person is coordinator of both
HANDED_OVER = 2  # somebody left here, and the work went to a colleague
CHOICE = 0  # the company of which the demo delegate becomes coordinator too

OTHERS = [  # (key, name, type, stages)
    ("branche-koffie", "Voorbeeldvereniging Koffie en Thee", "trade_association", ("koffie",)),
    ("branche-speelgoed", "Voorbeeldvereniging Speelgoedmakers", "trade_association", ("speelgoed",)),
    ("vakbond", "Voorbeeldvakbond Handel", "trade_union", ("koffie", "speelgoed")),
    ("ngo", "Stichting Voorbeeld Eerlijke Ketens", "civil_society", ("koffie", "speelgoed")),
    ("ministerie", "Voorbeeldministerie van Handel", "government", ("koffie", "speelgoed")),
]

FIRST_NAMES = [
    "Aisha", "Bram", "Carmen", "Daan", "Elif", "Floor", "Gijs", "Hanna", "Ivo", "Jasmijn", "Karim", "Lotte", "Mees",
    "Nadia", "Olivier", "Pien", "Quinten", "Roos", "Samir", "Tess", "Umar", "Vera", "Wout", "Yara", "Zoë", "Anouk",
    "Berend", "Chaima", "Dirk", "Esra",
]  # fmt: skip
LAST_NAMES = [
    "de Voorbeeld", "van Proef", "Fictief", "Verzonnen", "Monster", "Schets", "Specimen", "van Oefening", "Opzet",
    "de Demo",
]  # fmt: skip

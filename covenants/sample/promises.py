"""What the parties of the sample agreements promised: one of every kind there is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from covenants.models import CarrierKind, DueKind, MeasureKind, PartyType, Recurrence, Rung, SizeClass
from ser_portal.dates import ImpreciseDate

BY_SIZE = {
    "": Rung.DECLARED, SizeClass.MEDIUM: Rung.DOCUMENTED, SizeClass.LARGE: Rung.CHECKED_BY_SECRETARIAT,
}  # fmt: skip


@dataclass(frozen=True)
class Promise:
    """A commitment; `before` holds what it said until somebody changed it, with the reason and the decision."""

    key: str
    stage: str
    text: tuple[str, str]
    fields: dict[str, Any]
    lead: str = ""  # keys of parties in cast.OTHERS
    shared: tuple[str, ...] = ()
    rungs: dict[str, Rung] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    changed: tuple[str, str] = ("", "")  # reason, decision
    themes: tuple[str, ...] = ()
    told: tuple[str, ...] = ()  # what parties say about it


COMPANIES = {
    "carrier_kind": CarrierKind.CLASS,
    "carrier_types": [PartyType.COMPANY],
    "carrier": "deelnemende bedrijven",
}
BRANCHES = {
    "carrier_kind": CarrierKind.CLASS, "carrier_types": [PartyType.TRADE_ASSOCIATION], "carrier": "brancheorganisaties",
}  # fmt: skip

PROMISES = [
    Promise(
        "risicos", "koffie",
        ("Elk bedrijf brengt elk jaar de risico's in zijn koffieketen in kaart en legt vast welke het eerst worden "
         "aangepakt.",
         "Each company maps the risks in its coffee supply chain every year and sets out which are dealt with first."),
        {**COMPANIES, "clause": "artikel 3.1", "due_kind": DueKind.DATE, "due": ImpreciseDate.on(date(2019, 9, 1)),
         "recurrence": Recurrence.YEARLY, "due_diligence_step": 2},
        rungs=BY_SIZE, themes=("kinderarbeid", "leefbaar-loon"),
        told=(
            "We hebben de risico's opnieuw gewogen met de plantages waar we het meest kopen.",
            "De analyse is besproken met de ondernemingsraad; kinderarbeid in de oogsttijd staat bovenaan.",
            "Lokale organisaties hielpen met de weging. **Leefbaar loon** kwam als grootste zorg naar voren.",
        ),
    ),
    Promise(
        "herkomst", "koffie",
        ("Van ten minste 80 van elke 100 kilo ingekochte koffie zijn land en regio van herkomst bekend.",
         "Of at least 80 of every 100 kilos of coffee bought, country and region of origin are known."),
        {**COMPANIES, "clause": "artikel 3.4", "due_kind": DueKind.DATE, "due": ImpreciseDate.year(2027),
         "recurrence": Recurrence.YEARLY, "due_diligence_step": 3, "measure_kind": MeasureKind.SHARE,
         "measure_unit": "kilo", "numerator_label": "kilo's koffie waarvan land en regio bekend zijn",
         "denominator_label": "kilo's ingekochte koffie", "target_numerator": 80, "target_denominator": 100,
         "baseline_numerator": 35, "baseline_denominator": 100},
        rungs={"": Rung.DOCUMENTED, SizeClass.SMALL: Rung.DECLARED, SizeClass.LARGE: Rung.CHECKED_BY_COMMITTEE},
        before={"target_numerator": 90, "due": ImpreciseDate.on(date(2025, 12, 31)),
                "text_nl": "Van ten minste 90 van elke 100 kilo ingekochte koffie zijn land en regio bekend.",
                "text_en": "Of at least 90 of every 100 kilos of coffee bought, country and region are known."},
        changed=("Van veilingkoffie is de regio nog niet te achterhalen; het doel en de termijn zijn bijgesteld.",
                 "Besluit 7 van de stuurgroep (voorbeeld)"),
        told=(
            "De kilo's komen uit onze inkoopadministratie; veilingkoffie telt als onbekend.",
            "Twee nieuwe leveranciers geven nu ook de regio op.",
            "Door een andere melange is het aandeel met bekende herkomst gedaald.",
        ),
    ),
    Promise(
        "bezoeken", "koffie",
        ("Elk bedrijf bezoekt coöperaties waar het koopt en spreekt daar met vertegenwoordigers van werknemers.",
         "Each company visits cooperatives it buys from and talks with workers' representatives there."),
        {**COMPANIES, "clause": "artikel 4.2", "due_kind": DueKind.NOT_AGREED, "recurrence": Recurrence.ONGOING,
         "due_diligence_step": 4, "measure_kind": MeasureKind.QUANTITY, "measure_unit": "bezochte coöperaties",
         "measure_value": 3, "baseline_value": 0},
        themes=("vakbondsvrijheid",),
        told=(
            "We bezochten coöperaties in twee landen en spraken met vertegenwoordigers buiten de leiding om.",
            "Het tweede bezoek is verplaatst door de regentijd.",
            "Een bezoek deden we samen met een ander bedrijf; het telt voor ons allebei.",
        ),
    ),
    Promise(
        "toetreding", "koffie",
        ("Een bedrijf levert binnen zes maanden na toetreding een plan van aanpak in bij het secretariaat.",
         "A company files an action plan with the secretariat within six months of joining."),
        {**COMPANIES, "clause": "artikel 2.1", "due_kind": DueKind.RELATIVE,
         "due": ImpreciseDate(words="binnen zes maanden na toetreding"), "due_diligence_step": 1},
        rungs={"": Rung.DOCUMENTED},
        told=(
            "Ons plan van aanpak is vastgesteld door de directie en bijgewerkt na overleg met het secretariaat.",
            "Het plan noemt nu ook wie binnen ons bedrijf waarvoor verantwoordelijk is.",
        ),
    ),
    Promise(
        "klachtenloket", "koffie",
        ("De brancheorganisatie opent met vakbond en maatschappelijke organisatie één klachtenloket voor de keten.",
         "The trade association opens one complaints desk for the chain with the trade union and the NGO."),
        {"carrier_kind": CarrierKind.NAMED, "clause": "artikel 6.1", "due_kind": DueKind.DATE,
         "due": ImpreciseDate.on(date(2026, 7, 1)), "due_diligence_step": 6},
        lead="branche-koffie", shared=("vakbond", "ngo"), rungs={"": Rung.DOCUMENTED},
        before={"due": ImpreciseDate.on(date(2024, 7, 1))},
        changed=("De partijen kozen een gezamenlijk loket in plaats van drie aparte; dat kost meer tijd.",
                 "Besluit 4 van de stuurgroep (voorbeeld)"),
        told=(
            "Het reglement ligt klaar; het loket zoekt nog een onafhankelijke voorzitter.",
            "De proefperiode leverde vier meldingen op, die alle zijn behandeld.",
        ),
    ),
    Promise(
        "handelsmissie", "koffie",
        ("De overheid neemt de afspraken elk jaar op in haar gesprekken met de landen van herkomst.",
         "The government raises the commitments every year in its talks with the countries of origin."),
        {"carrier_kind": CarrierKind.CLASS, "carrier_types": [PartyType.GOVERNMENT], "carrier": "de overheid",
         "clause": "artikel 7", "due_kind": DueKind.DATE, "due": ImpreciseDate.month(2026, 12),
         "recurrence": Recurrence.YEARLY},
        told=("De afspraken stonden op de agenda van twee bezoeken.",),
    ),
    Promise(
        "naslag", "koffie",
        ("Er komt een gezamenlijke naslag met wat partijen over herkomst hebben geleerd.",
         "There will be a joint reference with what parties learned about origin."),
        {"carrier_kind": CarrierKind.UNKNOWN, "carrier": "partijen gezamenlijk", "clause": "bijlage 2",
         "due_kind": DueKind.NOT_AGREED, "visibility": "parties"},
    ),
    Promise(
        "keurmerk", "koffie",
        ("Partijen onderzoeken of één gezamenlijk keurmerk haalbaar is.",
         "Parties look into whether one shared label is feasible."),
        {"carrier_kind": CarrierKind.UNKNOWN, "carrier": "partijen gezamenlijk", "due_kind": DueKind.DATE,
         "due": ImpreciseDate(date(2020, 6, 1), date(2020, 8, 31), "zomer 2020"), "visibility": "steering_group",
         "ended_on": date(2021, 3, 1)},
    ),
    Promise(
        "fabrieken", "speelgoed",
        ("Elk bedrijf dat zelf tekent laat de fabrieken waar het koopt controleren op veiligheid en arbeidstijden.",
         "Each company that signed itself has the factories it buys from checked on safety and working hours."),
        {**COMPANIES, "carrier": "ondertekenende bedrijven", "clause": "artikel 2", "due_kind": DueKind.DATE,
         "due": ImpreciseDate.month(2027, 5), "recurrence": Recurrence.YEARLY, "due_diligence_step": 4,
         "measure_kind": MeasureKind.QUANTITY, "measure_unit": "gecontroleerde fabrieken", "measure_value": 12,
         "baseline_value": 4},
        rungs={"": Rung.DOCUMENTED, SizeClass.LARGE: Rung.CHECKED_BY_COMMITTEE},
        told=(
            "De controles zijn gedaan door een bureau dat wij niet zelf betalen.",
            "Bij één fabriek waren de nooduitgangen geblokkeerd; die levert niet meer aan ons.",
            "Drie controles zijn uitgesteld omdat het bureau geen plek had.",
        ),
    ),
    Promise(
        "leden", "speelgoed",
        ("De brancheorganisatie zorgt dat haar leden een beleid tegen kinderarbeid hebben, en rapporteert voor hen.",
         "The trade association sees to it that its members have a policy against child labour, and reports for them."),
        {**BRANCHES, "clause": "artikel 3", "due_kind": DueKind.DATE, "due": ImpreciseDate.year(2026),
         "recurrence": Recurrence.YEARLY, "due_diligence_step": 1, "measure_kind": MeasureKind.SHARE,
         "measure_unit": "leden", "numerator_label": "leden met een vastgesteld beleid", "denominator_label": "leden",
         "target_numerator": 8, "target_denominator": 8, "baseline_numerator": 2, "baseline_denominator": 8},
        rungs={"": Rung.CHECKED_BY_SECRETARIAT}, themes=("kinderarbeid",),
        told=("De leden vulden onze vragenlijst in; wie geen beleid opstuurde telt niet mee.",
              "Een lid is gefuseerd en telt volgens de telregel als één."),
    ),
    Promise(
        "opleiding", "speelgoed",
        ("De brancheorganisatie leidt inkopers van haar leden op in gepaste zorgvuldigheid.",
         "The trade association trains its members' buyers in due diligence."),
        {**BRANCHES, "clause": "artikel 4", "due_kind": DueKind.NOT_AGREED, "recurrence": Recurrence.ONGOING,
         "due_diligence_step": 1, "measure_kind": MeasureKind.QUANTITY, "measure_unit": "opgeleide inkopers",
         "measure_value": 40, "baseline_value": 0},
        told=("Dit jaar volgden inkopers van zes leden de opleiding.",),
    ),
    Promise(
        "onderzoek", "speelgoed",
        ("De maatschappelijke organisatie onderzoekt met de vakbond de arbeidsomstandigheden bij toeleveranciers.",
         "The NGO studies working conditions at suppliers together with the trade union."),
        {"carrier_kind": CarrierKind.NAMED, "clause": "artikel 5", "due_kind": DueKind.RELATIVE,
         "due": ImpreciseDate(words="anderhalf jaar na de start van de uitvoering")},
        lead="ngo", shared=("vakbond",), rungs={"": Rung.DOCUMENTED},
        told=("De interviews zijn gehouden; het verslag wordt geschreven.",
              "Bij twee toeleveranciers kregen we geen toegang."),
    ),
    Promise(
        "materialen", "speelgoed",
        ("Het aandeel gerecycled materiaal stijgt met een kwart.",
         "The share of recycled material goes up by a quarter."),
        {"carrier_kind": CarrierKind.UNKNOWN, "carrier": "de sector", "due_kind": DueKind.DATE,
         "due": ImpreciseDate.year(2028), "measure_kind": MeasureKind.QUOTED, "measure_unit": "procent",
         "measure_value": 25, "measure_detail": "zonder noemer in de tekst van het akkoord"},
    ),
]  # fmt: skip

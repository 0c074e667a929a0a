"""The sentences people write in the sample year."""

import random

from covenants.models import ProgressStatus

OPENINGS = {
    ProgressStatus.NOT_STARTED: ["Hier zijn we nog niet aan begonnen.", "Dit staat voor het najaar op de planning."],
    ProgressStatus.ON_COURSE: ["We liggen op koers.", "Dit gaat volgens plan."],
    ProgressStatus.ATTENTION: ["Dit vraagt aandacht.", "We lopen tegen een paar dingen aan."],
    ProgressStatus.BEHIND: ["We lopen achter.", "Dit is minder ver dan we wilden."],
    ProgressStatus.DONE: ["Dit is klaar.", "We hebben dit afgerond."],
}
BECAUSE = [
    "De medewerker die dit deed is vertrokken; de vervanging begint volgende maand.",
    "Een leverancier wil de gegevens niet delen.",
    "De vertaling van de vragenlijsten kostte meer tijd dan gedacht.",
]
PRIVATE = [
    "Vertrouwelijk: we overwegen met deze leverancier te stoppen; dat is nog niet bekend.",
    "Graag even bellen over de noemer voordat u dit beoordeelt.",
    "De cijfers van de laatste maand zijn voorlopig.",
]
RETURNED = [
    "De noemer ontbreekt voor een deel van de inkoop. Vul hem aan, of zeg waarom hij niet bekend is.",
    "Het bijgevoegde stuk gaat over een ander jaar. Stuur het stuk over deze periode.",
    "U noemt wat er gedaan is, maar niet met wie is gesproken. Vul dat aan.",
]
ASSESSMENT = {
    "partly": ["De analyse is er, maar de keuze van de eerste maatregelen is niet onderbouwd.",
               "Het aandeel klopt; van de grootste leverancier is de regio niet aangetoond."],
    "not_compliant": ["Er is geen stuk dat laat zien dat dit in de periode is gedaan.",
                      "De opgave gaat over een deel van de inkoop en is niet te herleiden tot het geheel."],
    "not_assessed": ["Niet beoordeeld: het bedrijf deed pas aan het einde van de periode mee."],
    "compliant": ["", "Volledig en goed onderbouwd."],
}  # fmt: skip
REPLIES = [
    "We herkennen het oordeel niet helemaal: de onderbouwing stond in de bijlage. We sturen haar opnieuw.",
    "De opmerking klopt. In de volgende ronde geven we de regio per leverancier.",
]
DRAFTS = [
    "Eerste opzet: cijfers nog navragen bij inkoop.",
    "Nog afmaken: wat deden we met de uitkomst van het gesprek van mei?",
]
WITHDRAWN = "Deze partij hoeft hierover niet te rapporteren: zij koopt dit product niet meer in."
RULINGS = {
    "koffie": [
        ("Hoe tellen we een gefuseerd bedrijf?",
         "Twee bedrijven die in de periode fuseren tellen elk mee tot en met de maand van de fusie, daarna als één."),
        ("Telt veilingkoffie mee in de noemer?", "Ja. Zonder bekende regio telt zij alleen in de noemer."),
        ("Hoe tellen we een gefuseerd bedrijf in het jaar van de fusie?",
         "Als één bedrijf over de hele periode; de noemer is de som van beide."),
    ],
    "speelgoed": [
        ("Telt een fabriek die twee bedrijven samen laten controleren voor allebei?",
         "Ja, als beide bedrijven er in de periode kochten. In een totaal telt zij één keer."),
    ],
}  # fmt: skip
DEADLINE_ROUND = "Het formulier kwam twee weken later beschikbaar dan aangekondigd."
DEADLINE_PARTY = "De administratie van deze partij is overgezet; zij vroeg op tijd om uitstel."


def about(status: str, told: tuple[str, ...], dice: random.Random) -> str:
    """What a party writes with a status: an opening, what it did, and why it is late when it is."""
    said = [dice.choice(OPENINGS[ProgressStatus(status)])]
    if status != ProgressStatus.NOT_STARTED and told:
        said.append(dice.choice(told))
    if status in (ProgressStatus.ATTENTION, ProgressStatus.BEHIND):
        said.append(dice.choice(BECAUSE))
    return "\n\n".join([" ".join(said[:2]), *said[2:]])

"""The shape of a reference file. Anything else in it is an error with its place, never quietly dropped."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ser_portal.dates import ImpreciseDate

Confidence = Literal["high", "medium", "low"]
Precision = Literal["day", "month", "quarter", "year"]


def _is_date(text: str) -> str:
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        raise ValueError("geen datum (JJJJ, JJJJ-MM of JJJJ-MM-DD)")
    year, month, day = ([int(part) for part in text.split("-")] + [1, 1])[:3]
    try:
        date(year, month, day)
    except ValueError:
        raise ValueError("deze dag bestaat niet") from None
    return text


def _is_link(text: str) -> str:
    if not re.match(r"https?://\S+$", text):
        raise ValueError("geen adres dat met http:// of https:// begint")
    return text


DateText = Annotated[str, AfterValidator(_is_date)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=80)]
Link = Annotated[str, AfterValidator(_is_link), Field(max_length=1000)]


def span(text: str | None, precision: str | None = None, words: str = "") -> ImpreciseDate:
    """The days a date of the file stands for; the precision follows from its length when it is not given."""
    if not text:
        return ImpreciseDate(words=words)
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], (parts[1] if len(parts) > 1 else 1)
    precision = precision or ("year", "month", "day")[len(parts) - 1]
    if precision == "year":
        when = ImpreciseDate.year(year)
    elif precision == "quarter":
        first = (month - 1) // 3 * 3 + 1
        when = ImpreciseDate(ImpreciseDate.month(year, first).earliest, ImpreciseDate.month(year, first + 2).latest)
    elif precision == "month" or len(parts) < 3:
        when = ImpreciseDate.month(year, month)
    else:
        when = ImpreciseDate.on(date(*parts))
    return ImpreciseDate(when.earliest, when.latest, words)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Named(Strict):
    slug: Slug
    nl: str = Field(min_length=1)
    en: str = ""


class PhaseName(Named):
    order: int


class Meta(Strict):
    title: str
    as_of: DateText
    compiled_on: DateText
    method: str
    confidence_scale: dict[str, str]
    date_precision: list[str]
    party_types: list[Named]
    membership_roles: list[Named]
    phases: list[PhaseName]
    phases_note: str = ""


class Evidence(Strict):
    nl: str
    source: Link
    source_2: Link | None = None


class NineAndSeven(Strict):
    statement_nl: str
    statement_source: Link
    seven_ser: list[Slug]
    two_other: list[Slug]
    confidence: Confidence
    kind: str
    evidence: list[Evidence]
    remaining_doubt: str


class SourcedPart(Strict):
    source: Link | None = None
    source_2: Link | None = None
    confidence: Confidence | None = None
    note: str | None = None


class Count(SourcedPart):
    value: int | str | None
    unit: str = Field(max_length=120)
    as_of: DateText


class Chair(SourcedPart):
    name: str | None
    role: str = ""


class SteeringGroup(SourcedPart):
    exists: bool | None
    composition: str = ""
    meetings_per_year: str | None = None


class Monitoring(SourcedPart):
    body: str | None
    independent_committee: bool | None
    method: str = ""
    members_seen: list[str] = []


class Complaints(SourcedPart):
    mechanism: str | None
    since: str | None = None
    binding: bool | None = None
    rulings_public: bool | None = None
    confidential_during_procedure: bool | None = None
    members: list[str] = []
    who_can_complain: str = ""


class TextPart(SourcedPart):
    text_nl: str


class Target(SourcedPart):
    label_nl: str = Field(max_length=300)
    label_en: str = Field(default="", max_length=300)
    value: int | float | str | None
    unit: str | None
    deadline: str | None


class Result(SourcedPart):
    label_nl: str = Field(max_length=300)
    label_en: str = Field(default="", max_length=300)
    value: int | float | str | None
    unit: str | None = None
    period: str
    detail: str = ""
    previous: int | float | None = None


class ActivityRecord(SourcedPart):
    date: DateText
    date_precision: Precision
    type: str
    title_nl: str = Field(min_length=1, max_length=400)
    title_en: str = Field(default="", max_length=400)
    carried_by: str = ""


class PublicationRecord(Strict):
    title: str = Field(max_length=300)
    published: DateText | None
    url: Link
    note: str = ""


class SectorRecord(Strict):
    slug: Slug
    group: Literal["covenant_2020", "in_preparation_2020", "not_counted_2020"]
    counts_in_nine: bool
    has_ser_secretariat: bool | None = None
    has_ser_facilitation: bool | None = None
    sector_nl: str = Field(min_length=1, max_length=120)
    sector_en: str = ""
    official_name_nl: str = Field(min_length=1, max_length=200)
    official_name_en: str = Field(default="", max_length=200)
    official_name_en_note: str = ""
    abbreviation_nl: str = ""
    abbreviation_en: str = ""
    status_at_2020_12_31: str
    status_note: str = ""
    signed_date: DateText | None
    signed_date_note: str = ""
    start_date: DateText | None
    start_date_note: str = ""
    end_date: DateText | None
    end_date_note: str = ""
    intended_duration_months: int | None = Field(ge=1, le=600)
    intended_duration_note: str = ""
    reporting_year: str = ""
    participants: list[Count]
    facilitator: str
    secretariat: str
    secretariat_source: Link
    secretariat_note: str = ""
    chair: Chair
    steering_group: SteeringGroup
    monitoring: Monitoring
    complaints: Complaints
    funding: TextPart | None = None
    confidentiality: TextPart | None = None
    themes: list[Named]
    themes_source: Link | None = None
    themes_source_note: str = ""
    themes_note: str = ""
    targets: list[Target]
    results: list[Result]
    activities_2020: list[ActivityRecord]
    activities_2020_note: str = ""
    activities_after_2020: list[ActivityRecord] = []
    publications: list[PublicationRecord]
    later: str = ""
    note: str = ""
    source: Link
    source_2: Link | None = None
    confidence: Confidence


class Membership(SourcedPart):
    covenant: Slug
    role: str
    source: Link
    signed_date: DateText | None = None


class PartyRecord(Strict):
    slug: Slug
    name: str = Field(min_length=1, max_length=200)
    type: str
    abbreviation: str = ""
    note: str = ""
    name_source: Link | None = None
    memberships: list[Membership]


class Measure(Strict):
    unit: str
    value: int | float | None = None
    weights: dict[str, int | float] = {}


class CommitmentRecord(SourcedPart):
    id: Slug
    covenant: Slug
    text_nl: str = Field(min_length=1)
    text_en: str = ""
    carrier: str
    carrier_types: list[str]
    deadline: str | None
    recurrence: str | None
    due_diligence_step: int | None = Field(ge=1, le=6)
    measure: Measure | None
    source: Link


class Transition(SourcedPart):
    covenant: Slug
    to_phase: str
    label_nl: str
    label_en: str = ""
    date: DateText | None
    date_precision: Precision | None
    earliest: DateText | None = None
    latest: DateText | None = None
    source: Link


class Pillar(Strict):
    number: int
    nl: str
    en: str = ""


class Ungp(SourcedPart):
    name_nl: str
    name_en: str = ""
    adopted: DateText
    pillars: list[Pillar]


class Oecd(SourcedPart):
    name_nl: str
    name_en: str = ""


class Frameworks(Strict):
    ungp: Ungp
    oecd_guidelines: Oecd
    due_diligence_steps: list[Pillar]
    due_diligence_source: Link
    due_diligence_source_en: Link | None = None
    due_diligence_note: str = ""


class PolicyRecord(SourcedPart):
    date: DateText
    nl: str
    en: str = ""


class Discrepancy(Strict):
    subject: str
    nl: str
    chosen: str
    source: Link


class TimelineRecord(SourcedPart):
    date: DateText
    nl: str = Field(min_length=1, max_length=400)
    en: str = ""


class ClimateTarget(Strict):
    value: int | float
    unit: str = Field(max_length=120)
    source: Link


class ClimateAccordRecord(Strict):
    """The accord itself, inside `climate.agreement`."""

    name_nl: str = Field(min_length=1, max_length=200)
    name_en: str = ""
    target: ClimateTarget
    timeline: list[TimelineRecord]
    table_names_2018: str = ""
    source: Link


class ReferenceFile(Strict):
    """A whole file; `climate` is read by the app of that name."""

    meta: Meta
    nine_and_seven: NineAndSeven
    sectors: list[SectorRecord]
    parties: list[PartyRecord]
    commitments: list[CommitmentRecord]
    transitions: list[Transition]
    frameworks: Frameworks
    climate: dict[str, Any]
    policy_context: list[PolicyRecord]
    discrepancies: list[Discrepancy]
    not_found: list[str]


def place(location: tuple[str | int, ...]) -> str:
    """`sectors[3].chair.name`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


def record_name(data: Any, location: tuple[str | int, ...]) -> str:
    """What the record in error calls itself: the nearest slug, id, covenant, name or title on the way down."""
    found = ""
    for part in location:
        if isinstance(data, dict):
            for key in ("slug", "id", "covenant", "name", "title", "title_nl", "label_nl", "subject"):
                if isinstance(data.get(key), str):
                    found = data[key]
                    break
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            break
    return found


def problems(data: Any, error: ValidationError) -> Iterator[tuple[str, str, str]]:
    """Every error of the file as (place, record, Dutch sentence)."""
    seen: set[tuple[str, str]] = set()
    for item in error.errors():
        # A union reports once per branch, with the branch's type at the end of the place.
        location = tuple(part for part in item["loc"] if part not in {"int", "float", "str"})
        sentence = _sentence(item["type"], item.get("ctx", {}), item["input"])
        if (place(location), sentence) not in seen:
            seen.add((place(location), sentence))
            yield place(location) or "bestand", record_name(data, location), sentence


def _sentence(kind: str, context: dict[str, Any], value: Any) -> str:
    shown = repr(value)[:60]
    match kind:
        case "missing":
            return _("dit veld ontbreekt")
        case "extra_forbidden":
            return _("dit veld is onbekend")
        case "string_type":
            return _("moet tekst zijn, niet %(value)s") % {"value": shown}
        case "string_pattern_mismatch":
            return _("%(value)s is geen kenmerk (kleine letters, cijfers en streepjes)") % {"value": shown}
        case "string_too_short":
            return _("mag niet leeg zijn")
        case "string_too_long":
            return _("is te lang; er passen %(most)s tekens") % {"most": context.get("max_length")}
        case "literal_error":
            return _("%(value)s moet een van deze zijn: %(choices)s") % {
                "value": shown,
                "choices": context.get("expected"),
            }
        case "int_type" | "int_from_float" | "float_type":
            return _("moet een getal zijn, niet %(value)s") % {"value": shown}
        case "bool_type":
            return _("moet waar of onwaar zijn, niet %(value)s") % {"value": shown}
        case "list_type":
            return _("moet een lijst zijn")
        case "model_type" | "dict_type" | "model_attributes_type":
            return _("moet een groep velden zijn")
        case "greater_than_equal" | "less_than_equal":
            return _("%(value)s valt buiten de grenzen") % {"value": shown}
        case "value_error":
            return f"{shown}: {context.get('error')}"
        case _:
            return _("%(value)s kan hier niet staan") % {"value": shown}

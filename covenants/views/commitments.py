"""The list of commitments that somebody may know of."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from covenants import asof, permissions, wording
from covenants.forms import CommitmentFilters
from covenants.forms.filters import RECURRENCE_WORDS
from covenants.models import Agreement, Commitment, DueKind, Recurrence, Theme
from covenants.services import carried_by
from covenants.views.keyset import MOST_COUNTED, KeyPage, count_some
from ser_portal.dates import ImpreciseDate, render
from ser_portal.web import query_string, render_page, require, wants_fragment
from ser_portal.words import is_english, words

MOST_CHOICES = 300  # of agreements in the choice list
COLUMNS = [
    "pk", "text_nl", "text_en", "agreement_id", "carrier_kind", "carrier", "carrier_types", "lead__name", "due_kind",
    "due_earliest", "due_latest", "due_words", "recurrence", "due_diligence_step", "ended_on",
]  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A commitment as a list shows it: everything said, nothing left to the template."""

    url: str
    text: str
    agreement: str
    agreement_url: str
    carrier: str
    due: str
    bucket: str
    bucket_label: str
    recurrence: str
    step: int | None


@require_GET
def commitments(request: HttpRequest) -> HttpResponse:
    """Commitments by what the address asks, page by page along an index."""
    require(permissions.may_consult(request.user))
    as_of = asof.as_of(request)
    agreements = {
        row.pk: row
        for row in Agreement.objects.visible_to(request.user)
        .select_related("sector")
        .only("slug", "name_nl", "name_en", "sector__name_nl", "sector__name_en")
        .order_by("sector__name_nl", "pk")
    }
    themes = list(Theme.objects.only("slug", "name_nl", "name_en").order_by("name_nl"))
    asked = CommitmentFilters.read(
        request.GET,
        user=request.user,
        agreements={row.slug: row.pk for row in agreements.values()},
        themes={theme.slug: theme.pk for theme in themes},
    )
    found = matching(Commitment.objects.visible_to(request.user), asked, as_of.day)
    count = count_some(found)
    page = KeyPage(
        found.values_list(*COLUMNS, named=True),
        request.GET,
        column="due_latest" if asked.order == "termijn" else "",
        descending=asked.descending,
    )
    if page.error:
        asked.errors.append(page.error)
    context = {
        "as_of": as_of,
        "asked": asked,
        "page": page,
        "rows": list_rows(page.rows, agreements, as_of),
        "count": min(count, MOST_COUNTED),
        "more": count > MOST_COUNTED,
        "chips": _chips(request, asked),
        "orders": _orders(request, asked),
        "agreements": _choices(agreements, asked),
        "themes": [(theme.slug, words(theme, "name"), theme.pk == asked.theme) for theme in themes],
        "recurrences": _recurrences(asked),
    }
    status = max(as_of.status, asked.status)
    response = render_page(request, "covenants/commitments.html", context, fragment="commitment-results", status=status)
    if wants_fragment(request):
        response["HX-Push-Url"] = request.path + query_string(request.GET)
    return response


def matching(rows: Any, asked: CommitmentFilters, day: date) -> Any:
    """What answers to every filter."""
    if asked.agreement:
        rows = rows.filter(agreement=asked.agreement)
    if asked.theme:
        rows = rows.filter(pk__in=Commitment.themes.through.objects.filter(theme=asked.theme).values("commitment"))
    if asked.step:
        rows = rows.filter(due_diligence_step=asked.step)
    if asked.recurrence:
        rows = rows.filter(recurrence="" if asked.recurrence == "once" else asked.recurrence)
    if asked.party:
        rows = carried_by(rows, asked.party, on=day)
    if asked.bucket:
        rows = rows.filter(in_bucket(asked.bucket, day))
    if asked.text:
        rows = rows.filter(
            Q(text_nl__icontains=asked.text) | Q(text_en__icontains=asked.text) | Q(carrier__icontains=asked.text)
        )
    return rows


def in_bucket(word: str, day: date) -> Q:
    """`wording.bucket` in the database."""
    ended = Q(ended_on__isnull=False, ended_on__lte=day)
    coming = day + timedelta(days=wording.COMING_DAYS)
    conditions = {
        "niet-afgesproken": Q(due_kind=DueKind.NOT_AGREED),
        "relatief": Q(due_kind=DueKind.RELATIVE),
        "verstreken": Q(due_kind=DueKind.DATE, due_latest__lt=day),
        "komend": Q(due_kind=DueKind.DATE, due_latest__gte=day, due_latest__lte=coming),
        "later": Q(due_kind=DueKind.DATE) & (Q(due_latest__isnull=True) | Q(due_latest__gt=coming)),
    }
    return ended if word == "vervallen" else conditions[word] & ~ended


def list_rows(rows: Any, agreements: dict[int, Agreement], as_of: asof.AsOf) -> list[Row]:
    """Addresses, dates and labels made once, in the reader's language."""
    suffix = f"?peildatum={as_of.query}" if as_of.query else ""
    labels = wording.bucket_labels()
    repeats = {value: str(label) for value, label in Recurrence.choices}
    english = is_english()
    here = [agreements[pk] for pk in {row.agreement_id for row in rows}]
    where = {row.pk: (words(row.sector, "name"), row.get_absolute_url() + suffix) for row in here}
    base = reverse("covenants:commitments")
    shown = []
    for row in rows:
        bucket = wording.bucket(row.due_kind, row.due_latest, row.ended_on, as_of.day)
        due = ImpreciseDate(row.due_earliest, row.due_latest, row.due_words)
        name, url = where[row.agreement_id]
        shown.append(
            Row(
                url=f"{base}{row.pk}/{suffix}",
                text=(english and row.text_en) or row.text_nl,
                agreement=name,
                agreement_url=url,
                carrier=wording.carrier_words(row.carrier_kind, row.carrier, row.carrier_types, row.lead__name or ""),
                due="" if row.due_kind == DueKind.NOT_AGREED else render(due),
                bucket=bucket,
                bucket_label=labels[bucket] if bucket in ("verstreken", "vervallen", "niet-afgesproken") else "",
                recurrence=repeats.get(row.recurrence, ""),
                step=row.due_diligence_step,
            )
        )
    return shown


def _choices(agreements: dict[int, Agreement], asked: CommitmentFilters) -> list[tuple[str, str, bool]]:
    """(slug, name, chosen), the chosen one always among them."""
    listed = list(agreements.values())[:MOST_CHOICES]
    if asked.agreement and agreements[asked.agreement] not in listed:
        listed.append(agreements[asked.agreement])
    return [(row.slug, words(row.sector, "name"), row.pk == asked.agreement) for row in listed]


def _recurrences(asked: CommitmentFilters) -> list[tuple[str, str, bool]]:
    labels = {"once": _("eenmalig, of niet vastgelegd"), **{value: str(label) for value, label in Recurrence.choices}}
    return [(word, labels[value], value == asked.recurrence) for word, value in RECURRENCE_WORDS.items()]


def _moved(request: HttpRequest, **changes: Any) -> str:
    """This list with something changed, from its beginning."""
    return query_string(request.GET, na=None, voor=None, **changes) or "?"


def _chips(request: HttpRequest, asked: CommitmentFilters) -> list[dict[str, Any]]:
    chips = [{"label": _("Alle"), "word": "alle", "url": _moved(request, termijn=None), "current": not asked.bucket}]
    return chips + [
        {"label": label, "word": word, "url": _moved(request, termijn=word), "current": word == asked.bucket}
        for word, label in wording.bucket_labels().items()
    ]


def _orders(request: HttpRequest, asked: CommitmentFilters) -> dict[str, dict[str, str]]:
    labels = {"termijn": _("termijn"), "vastgelegd": _("volgorde van vastleggen")}
    orders = {}
    for word, label in labels.items():
        current = word == asked.order
        turned = f"-{word}" if current and not asked.descending else word
        orders[word] = {
            "label": label,
            "url": _moved(request, sorteer=turned),
            "sort": ("descending" if asked.descending else "ascending") if current else "",
        }
    return orders

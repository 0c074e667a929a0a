"""Dates as they are known: to a day, a month, a season, a year, or between two days (design.md, section 4).

`ImpreciseDate` is the value, `ImpreciseDateField` the three columns that hold it, `render` the one way it is written
and `read` the one way it is typed. Nothing here pretends to know more than was said.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ser_portal.words import is_english

MONTHS_NL = [
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
]  # fmt: skip
MONTHS_EN = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
MONTHS = {name: n for names in (MONTHS_NL, MONTHS_EN) for n, name in enumerate(names, start=1)}
MONTHS |= {name[:3]: n for name, n in list(MONTHS.items())} | {"mrt": 3, "okt": 10, "sept": 9}
# The seasons as calendar quarters-and-a-bit: meteorological, so that "zomer" is June to August.
SEASONS = {"voorjaar": (3, 5), "lente": (3, 5), "spring": (3, 5), "zomer": (6, 8), "summer": (6, 8),
           "najaar": (9, 11), "herfst": (9, 11), "autumn": (9, 11)}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1900, 2199


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True)
class ImpreciseDate:
    """A day known to lie between `earliest` and `latest`, both inclusive; None means that side is open.

    `words` are the words a source used ("zomer 2018") and win when the date is shown.
    """

    earliest: date | None = None
    latest: date | None = None
    words: str = ""

    def __post_init__(self) -> None:
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError(f"earliest {self.earliest} lies after latest {self.latest}")

    @classmethod
    def on(cls, day: date) -> "ImpreciseDate":
        return cls(day, day)

    @classmethod
    def month(cls, year: int, month: int) -> "ImpreciseDate":
        return cls(date(year, month, 1), month_end(year, month))

    @classmethod
    def year(cls, year: int) -> "ImpreciseDate":
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def is_known(self) -> bool:
        """Whether anything at all is known of the day."""
        return bool(self.earliest or self.latest)

    @property
    def is_exact(self) -> bool:
        return self.earliest is not None and self.earliest == self.latest

    def certain_on(self, day: date) -> bool:
        """Whether it has certainly happened by the end of `day`."""
        return self.latest is not None and self.latest <= day

    def possible_on(self, day: date) -> bool:
        """Whether it may have happened by the end of `day` (also when it certainly has)."""
        return self.earliest is None or self.earliest <= day

    def uncertain_on(self, day: date) -> bool:
        return self.possible_on(day) and not self.certain_on(day)

    def overlaps(self, first: date, last: date) -> bool:
        """Whether it may lie in the period from `first` to `last`; an unknown date lies in none."""
        if not self.is_known:
            return False
        return (self.earliest is None or self.earliest <= last) and (self.latest is None or self.latest >= first)

    def within(self, first: date, last: date) -> bool:
        """Whether it certainly lies in the period."""
        return bool(self.earliest and self.latest and first <= self.earliest and self.latest <= last)

    def __str__(self) -> str:
        return render(self)

    def __bool__(self) -> bool:
        return self.is_known


def render(when: ImpreciseDate | None) -> str:
    """The date in the words of the active language, never more precise than it is known."""
    if when is None or not (when.is_known or when.words):
        return _("datum onbekend")
    if when.words:
        return when.words
    earliest, latest = when.earliest, when.latest
    if earliest is None:
        return _("uiterlijk %(day)s") % {"day": _day(latest)}
    if latest is None:
        return _("vanaf %(day)s, datum onbekend") % {"day": _day(earliest)}
    if earliest == latest:
        return _day(earliest)
    if earliest.day == 1 and latest == month_end(latest.year, latest.month):
        if (earliest.year, earliest.month) == (latest.year, latest.month):
            month = formats.date_format(earliest, "F Y")
            return month if is_english() else month.lower()
        if earliest.year == latest.year and (earliest.month, latest.month) == (1, 12):
            return str(earliest.year)
        if earliest.year == latest.year and (earliest.month, latest.month) in ((1, 3), (4, 6), (7, 9), (10, 12)):
            return _("kwartaal %(quarter)s van %(year)s") % {"quarter": latest.month // 3, "year": earliest.year}
    return _("tussen %(earliest)s en %(latest)s") % {"earliest": _day(earliest), "latest": _day(latest)}


def _day(day: date | None) -> str:
    return formats.date_format(day, "j F Y") if day else ""


def write(when: ImpreciseDate | None) -> str:
    """The date as a person would type it: what `read` understands again, for filling in a form."""
    if when is None or not when.is_known:
        return ""
    months = [name.capitalize() for name in MONTHS_EN] if is_english() else MONTHS_NL
    earliest, latest = when.earliest, when.latest
    if earliest and latest:
        if earliest == latest:
            return f"{earliest.day} {months[earliest.month - 1]} {earliest.year}"
        if earliest.day == 1 and latest == month_end(earliest.year, earliest.month):
            return f"{months[earliest.month - 1]} {earliest.year}"
        if (earliest, latest) == (date(earliest.year, 1, 1), date(earliest.year, 12, 31)):
            return str(earliest.year)
        between, and_ = ("between", "and") if is_english() else ("tussen", "en")
        return f"{between} {earliest:%d-%m-%Y} {and_} {latest:%d-%m-%Y}"
    if earliest:
        return f"{'from' if is_english() else 'vanaf'} {earliest:%d-%m-%Y}"
    return f"{'by' if is_english() else 'uiterlijk'} {latest:%d-%m-%Y}"


def read_day(typed: str) -> date | None:
    """One day as people write it in Dutch (2-7-2019, 2 juli 2019, 2019-07-02); None when it is no single day."""
    text = re.sub(r"\s+", " ", typed.strip().lower().rstrip("."))
    try:
        if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
            day = date(*(int(part) for part in found.groups()))
        elif found := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", text):
            d, m, y = (int(part) for part in found.groups())
            day = date(y, m, d)
        elif found := re.fullmatch(r"(\d{1,2})e? ([a-z]+)\.? (\d{4})", text):
            if found[2] not in MONTHS:
                return None
            day = date(int(found[3]), MONTHS[found[2]], int(found[1]))
        else:
            return None
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def read(typed: str) -> ImpreciseDate:
    """A date as people write it: a day, `maart 2020`, `2020`, `zomer 2018`, `3e kwartaal 2020`, `eind 2024`,
    `tussen 7-12-2019 en 20-8-2020`, `uiterlijk …`, `vanaf …`.

    Raises ValidationError (in Dutch, with an example) for anything else. The words are kept only where the pair of
    days does not already say the same ("zomer 2018").
    """
    text = re.sub(r"\s+", " ", typed.strip().lower().rstrip("."))
    if day := read_day(text):
        return ImpreciseDate.on(day)
    if found := re.fullmatch(r"(?:tussen|between) (.+) (?:en|and) (.+)", text):
        return _between(_edge(found[1])[0], _edge(found[2])[1])
    if found := re.fullmatch(r"(?:uiterlijk|voor of op|by) (.+)", text):
        return ImpreciseDate(None, _edge(found[1])[1])
    if found := re.fullmatch(r"(?:vanaf|na of op|from) (.+)", text):
        return ImpreciseDate(_edge(found[1])[0], None)
    earliest, latest = _edge(text)
    words = typed.strip() if re.match(r"[a-z]", text) and not _is_plain_month(text) else ""
    return ImpreciseDate(earliest, latest, words)


def _is_plain_month(text: str) -> bool:
    return text.split(" ")[0].rstrip(".") in MONTHS


def _between(earliest: date, latest: date) -> ImpreciseDate:
    if earliest > latest:
        raise ValidationError(_("De eerste datum ligt na de laatste."))
    return ImpreciseDate(earliest, latest)


def _edge(text: str) -> tuple[date, date]:
    """First and last day of what is written; raises ValidationError when it is no date."""
    if day := read_day(text):
        return day, day
    spans: list[tuple[str, Any]] = [
        (r"(\d{4})", lambda f: (int(f[1]), 1, 12)),
        (r"([a-z]+)\.? (\d{4})", lambda f: _named(f[1], int(f[2]))),
        (r"(\d{4})-(\d{1,2})", lambda f: (int(f[1]), int(f[2]), int(f[2]))),
        (r"(\d{1,2})[-/](\d{4})", lambda f: (int(f[2]), int(f[1]), int(f[1]))),
        (r"(?:q|k|kwartaal )([1-4])(?: van)? (\d{4})", lambda f: (int(f[2]), int(f[1]) * 3 - 2, int(f[1]) * 3)),
        (r"([1-4])e kwartaal(?: van)? (\d{4})", lambda f: (int(f[2]), int(f[1]) * 3 - 2, int(f[1]) * 3)),
        (
            r"(begin|medio|eind) (\d{4})",
            lambda f: (int(f[2]), *{"begin": (1, 3), "medio": (5, 8), "eind": (10, 12)}[f[1]]),
        ),
    ]
    for pattern, span in spans:
        if (found := re.fullmatch(pattern, text)) and (months := span(found)):
            year, first, last = months
            if FIRST_YEAR <= year <= LAST_YEAR and 1 <= first <= last <= 12:
                return date(year, first, 1), month_end(year, last)
    raise ValidationError(
        _("‘%(typed)s’ is geen datum die het portaal begrijpt. Schrijf bijvoorbeeld 2 juli 2019, maart 2020, 2020, "
          "zomer 2018 of tussen 7-12-2019 en 20-8-2020."),
        params={"typed": text[:60]},
    )  # fmt: skip


def _named(word: str, year: int) -> tuple[int, int, int] | None:
    if word in MONTHS:
        return year, MONTHS[word], MONTHS[word]
    if word in SEASONS:
        return year, *SEASONS[word]
    return None


class ImpreciseDateField:
    """Three columns (`x_earliest`, `x_latest`, `x_words`) that read and write as one `ImpreciseDate` named `x`.

    Not a Field of its own: migrations, history and queries see the three plain columns. Add
    `*ImpreciseDateField.constraints("model", "x")` to the model's constraints.
    """

    def __init__(self, verbose_name: Any = "") -> None:
        self.verbose_name = verbose_name
        self.name = ""

    def contribute_to_class(self, cls: type[models.Model], name: str) -> None:
        self.name = name
        # Django's own model state in a migration has the plain columns already.
        for suffix, field in self._columns():
            cls.add_to_class(f"{name}_{suffix}", field)
        # A plain property, so that Model(x=ImpreciseDate(...)) works.
        setattr(cls, name, property(self._read, self._write))

    def _columns(self) -> list[tuple[str, models.Field]]:
        label = self.verbose_name
        return [
            ("earliest", models.DateField(gettext_lazy("vroegst"), null=True, blank=True, help_text=label)),
            ("latest", models.DateField(gettext_lazy("laatst"), null=True, blank=True, help_text=label)),
            ("words", models.CharField(gettext_lazy("in woorden"), max_length=120, blank=True, help_text=label)),
        ]

    def _read(self, instance: models.Model) -> ImpreciseDate:
        return ImpreciseDate(
            getattr(instance, f"{self.name}_earliest"),
            getattr(instance, f"{self.name}_latest"),
            getattr(instance, f"{self.name}_words"),
        )

    def _write(self, instance: models.Model, value: ImpreciseDate | None) -> None:
        value = ImpreciseDate() if value is None else value
        setattr(instance, f"{self.name}_earliest", value.earliest)
        setattr(instance, f"{self.name}_latest", value.latest)
        setattr(instance, f"{self.name}_words", value.words)

    def __get__(self, instance: models.Model, owner: Any = None) -> ImpreciseDate:
        """Never called: the property that `contribute_to_class` leaves answers. Here for readers and type checkers."""
        raise AttributeError(self.name)

    def __set__(self, instance: models.Model, value: ImpreciseDate | None) -> None:
        raise AttributeError(self.name)

    @staticmethod
    def columns(name: str) -> list[str]:
        """The names of the three columns, for `only()` and `update_fields`."""
        return [f"{name}_earliest", f"{name}_latest", f"{name}_words"]

    @staticmethod
    def constraints(model: str, name: str) -> list[models.CheckConstraint]:
        """What must never be false: the earliest day does not lie after the latest."""
        return [
            models.CheckConstraint(
                name=f"{model}_{name}_in_order",
                condition=Q(**{f"{name}_earliest__isnull": True})
                | Q(**{f"{name}_latest__isnull": True})
                | Q(**{f"{name}_earliest__lte": F(f"{name}_latest")}),
                violation_error_message=gettext_lazy("De vroegste datum ligt na de laatste."),
            )
        ]


def day_after(day: date | None) -> date | None:
    """The next day; None stays None. An end date is inclusive, so what ends on D holds until the day after."""
    return day + timedelta(days=1) if day else None

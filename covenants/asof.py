"""The reference date (peildatum) of a page: asked for in the address, or the day the portal opens on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import ReferenceLoad
from ser_portal import dates


@dataclass(frozen=True)
class AsOf:
    """The day a page speaks of, and what the banner says about it."""

    day: date
    opens_on: date  # the day without ?peildatum=
    today: date
    typed: str = ""  # what stood in the address, given back when it could not be used
    error: str = ""
    reference_day: date | None = None  # what the reference data speak of, when they are all there is

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def query(self) -> str:
        """The day for a link (`2020-12-31`), or '' when the link opens on it anyway."""
        return "" if self.day == self.opens_on else self.day.isoformat()

    @property
    def shown(self) -> str:
        """The day in words, or what was typed when that was no use."""
        return self.typed if self.error else dates.render(dates.ImpreciseDate.on(self.day))

    @property
    def status(self) -> int:
        """422 when the address held a date that is none."""
        return 422 if self.error else 200


def opening_day(today: date | None = None) -> date:
    """Today, unless the portal holds nothing newer than its reference data: then the day those speak of."""
    load = ReferenceLoad.objects.first()
    return (load and load.opens_on) or today or timezone.localdate()


def as_of(request: HttpRequest) -> AsOf:
    """Reads `?peildatum=`; a wrong or future date gives the opening day with a sentence saying why. One query."""
    today = timezone.localdate()
    load = ReferenceLoad.objects.first()
    reference_day = load.opens_on if load else None
    opens_on = reference_day or today
    common: dict[str, Any] = {"opens_on": opens_on, "today": today, "reference_day": reference_day}
    typed = request.GET.get("peildatum", "").strip()
    if not typed:
        return AsOf(day=opens_on, **common)
    day = today if typed.lower() in {"vandaag", "today"} else dates.read_day(typed)
    if day is None:
        error = _("‘%(typed)s’ is geen dag. Schrijf bijvoorbeeld 31 december 2020 of 2020-12-31.") % {
            "typed": typed[:40]
        }
        return AsOf(day=opens_on, typed=typed[:40], error=error, **common)
    if day > today:
        error = _("%(day)s ligt in de toekomst; daar kan het portaal nog niets over zeggen.") % {
            "day": dates.render(dates.ImpreciseDate.on(day))
        }
        return AsOf(day=opens_on, typed=typed[:40], error=error, **common)
    return AsOf(day=day, typed=typed[:40], **common)

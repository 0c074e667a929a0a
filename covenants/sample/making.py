"""Makes the sample year, once."""

from dataclasses import dataclass, field
from datetime import date
from time import perf_counter

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from covenants.models import Agreement, Commitment, Party
from covenants.sample import cast
from covenants.sample.files import attach
from covenants.sample.promises import PROMISES
from covenants.sample.refusals import Refused
from covenants.sample.register import RegisterWriter
from covenants.sample.reminders import remind
from covenants.sample.rounds import RoundsWriter
from ser_portal.accounts.models import User

EARLIEST = date(2022, 1, 1)  # before that the first rounds would lie before the agreements
DEFAULT_SEED = 2020


@dataclass
class Made:
    """What was written: rows by model, and how long that took. Nothing when the year was there already."""

    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def make(*, today: date, seed: int = DEFAULT_SEED) -> Made:
    """The sample year around `today`; the same day and seed give the same rows. All or nothing.

    Changes nothing when it is there already, whatever the day and the seed. Raises Refused in production, for a day too
    early, and when something real has an address that the sample year needs.
    """
    if settings.PRODUCTION:
        raise Refused(["Een verzonnen jaar hoort niet in productie."])
    if today < EARLIEST:
        raise Refused([f"Het voorbeeldjaar kan niet vóór {EARLIEST:%d-%m-%Y} liggen."])
    began = perf_counter()
    with transaction.atomic():
        if Agreement.objects.filter(is_sample=True).exists():
            return Made()
        _refuse_taken()
        register = RegisterWriter(today, seed)
        register.write()
        rounds = RoundsWriter(register)
        rounds.write(cast.STAGES)
        remind(register, rounds.slots)
        attach(register, rounds.updates, rounds.drafts)  # last: files do not go back with the transaction
    return Made(register.rows, perf_counter() - began)


def _refuse_taken() -> None:
    """Nothing that is there may be mistaken for a sample later."""
    agreements = [stage.slug for stage in cast.STAGES]
    names = [f"Voorbeeld {name} bv" for stage in cast.STAGES for name in stage.companies]
    parties = [slugify(name) for name in names + [name for _key, name, *_rest in cast.OTHERS]]
    codes = [f"voorbeeld-{promise.stage}-{promise.key}" for promise in PROMISES]
    taken = [
        ("akkoord", Agreement.objects.filter(slug__in=agreements).values_list("slug", flat=True)),
        ("partij", Party.objects.filter(slug__in=parties).values_list("slug", flat=True)),
        ("afspraak", Commitment.objects.filter(code__in=codes).values_list("code", flat=True)),
        (
            "account",
            User.objects.filter(email__startswith=cast.PREFIX, email__endswith=f"@{cast.DOMAIN}").values_list(
                "email", flat=True
            ),
        ),
    ]
    found = [f"Er bestaat al een {what} ‘{key}’ die geen voorbeeld is." for what, keys in taken for key in keys]
    if found:
        raise Refused(found)

"""When the rounds of the sample year are, counted from today."""

from dataclasses import dataclass
from datetime import date, timedelta

from covenants.sample.cast import Stage
from covenants.sample.plot import Step


@dataclass(frozen=True)
class Calendar:
    """The days of a round; `lock` is None while it is open."""

    title: tuple[str, str]
    first: date
    last: date
    opened: date
    due: date
    moved_from: date | None = None
    lock: date | None = None

    def day(self, step: Step, today: date) -> date:
        """The day of a step: on the way to the due date, on to the lock, or after it; never later than yesterday."""
        if step.days_ago:
            return today - timedelta(days=step.days_ago)
        if step.at <= 1 or self.lock is None:
            found = self.opened + (self.due - self.opened) * step.at
        elif step.at <= 2:
            found = self.due + (self.lock - self.due) * (step.at - 1)
        else:
            found = self.lock + timedelta(days=100 * (step.at - 2))
        return min(found, today - timedelta(days=1))


def calendars(stage: Stage, today: date) -> tuple[Calendar, Calendar]:
    """Last year's round and this year's, so that today lies before the one due date and after the other."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    if stage.key == "koffie":
        year = today.year - 1
        return (
            Calendar((f"Rapportage over {year - 1}", f"Reporting on {year - 1}"), date(year - 1, 1, 1),
                     date(year - 1, 12, 31), ago(450), ago(366), ago(380), ago(340)),
            Calendar((f"Rapportage over {year}", f"Reporting on {year}"), date(year, 1, 1), date(year, 12, 31),
                     ago(150), today + timedelta(days=10)),
        )  # fmt: skip
    year = ago(60).year if ago(60) >= date(ago(60).year, 6, 1) else ago(60).year - 1
    return tuple(
        Calendar((f"Ronde juni {y - 1} – mei {y}", f"Round June {y - 1} – May {y}"), date(y - 1, 6, 1), date(y, 5, 31),
                 opened, due, None, lock)
        for y, opened, due, lock in [(year - 1, ago(455), ago(390), ago(350)), (year, ago(160), ago(10), None)]
    )  # type: ignore[return-value]  # fmt: skip

"""Dutch working days: no weekends, and none of the days the General Extension of Time Limits Act knows as holidays.

That act (Algemene termijnenwet, article 3) counts New Year's Day, Good Friday, Easter Monday, King's Day, 5 May,
Ascension Day, Whit Monday and both days of Christmas, every year: also Good Friday and Liberation Day, on which many
work and many do not. Whoever is free then is not written to, and to whoever works a day later does no harm.
"""

from datetime import date, timedelta
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def _free_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year, categories=("public", "optional")))


def is_working_day(day: date) -> bool:
    """Whether offices in the Netherlands are open on this day."""
    return day.weekday() < 5 and day not in _free_days(day.year)


def next_working_day(day: date) -> date:
    """The day itself when it is a working day, or the first one after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day

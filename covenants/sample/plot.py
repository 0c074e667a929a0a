"""What happens in each slot of the sample year: a plot is a list of steps, from silence to a reply beside a verdict.

`LAST` are the plots of the round that was locked, `NOW` those of the round that is open. Every plot is used at least
once before chance repeats the likelier ones.
"""

import random
from dataclasses import dataclass
from typing import Any

from covenants.models import Verdict


@dataclass(frozen=True)
class Step:
    """Something that happens on a day, at `at` of the way from opening to due date (1.0) and on to the lock (2.0).

    `what`: send, resend (before a decision), unchanged, return, approve, confirm, reply, draft, carry, withdraw.
    """

    what: str
    at: float
    verdict: str = ""
    cites: bool = False  # a counting ruling
    late: bool = False  # after the lock
    days_ago: int = 0  # instead of `at`: so many days before today
    confirmed: bool = False  # what was carried forward has been looked at
    not_started: bool = False


@dataclass(frozen=True)
class Plot:
    name: str
    steps: tuple[Step, ...]
    weight: int = 1
    needs_before: bool = False  # an approved answer in the round before


def _send(at: float, **more: Any) -> Step:
    return Step("send", at, **more)


def _approve(at: float, verdict: str = Verdict.COMPLIANT, **more: Any) -> Step:
    return Step("approve", at, verdict=verdict, **more)


RETURNED = (_send(0.5), Step("return", 0.75))
RETURNED_LATER = (_send(0.6), Step("return", 0.8))
TERM_RUNS = Step("approve", 0, verdict=Verdict.PARTLY, days_ago=4, cites=True)

LAST = [
    Plot("approved", (_send(0.6), _approve(1.2)), weight=10),
    Plot("approved and confirmed", (_send(0.5), _approve(0.9), Step("confirm", 1.2), Step("confirm", 1.7)), weight=3),
    Plot("partly, replied", (_send(0.7), _approve(1.1, Verdict.PARTLY, cites=True), Step("reply", 1.15)), weight=2),
    Plot("partly, silent", (_send(0.8), _approve(1.3, Verdict.PARTLY)), weight=2),
    Plot("not compliant, replied", (_send(0.9), _approve(1.3, Verdict.NOT_COMPLIANT), Step("reply", 1.35))),
    Plot("not compliant, silent", (_send(0.9), _approve(1.4, Verdict.NOT_COMPLIANT))),
    Plot("not assessed", (_send(0.6), _approve(1.5, Verdict.NOT_ASSESSED)), weight=2),
    Plot("not started", (_send(0.6, not_started=True), _approve(1.5, Verdict.NOT_COMPLIANT))),
    Plot("returned, then approved", (*RETURNED, _send(0.95), _approve(1.4, cites=True)), weight=4),
    Plot("returned twice", (_send(0.3), Step("return", 0.4), *RETURNED_LATER, _send(0.95), _approve(1.3))),
    Plot("superseded, then approved", (_send(0.6), Step("resend", 0.7), _approve(1.2)), weight=2),
    Plot("approved twice", (_send(0.3), _approve(0.5), _send(1.1), _approve(1.6)), weight=2),
    Plot("after the deadline", (_send(1.3), _approve(1.7)), weight=2),
    Plot("late, waiting", (_send(2.2, late=True),), weight=2),
    Plot("late, approved", (_send(2.2, late=True), _approve(2.6)), weight=2),
    Plot("late after approval", (_send(0.6), _approve(1.1), _send(2.3, late=True))),
    Plot("silent", (), weight=2),
    Plot("returned, never answered", RETURNED),
    Plot("withdrawn", (Step("withdraw", 0.4),)),
    Plot("withdrawn after approval", (_send(0.5), _approve(0.8), Step("withdraw", 1.2))),
]

NOW = [
    Plot("silent", (), weight=8),
    Plot("draft", (Step("draft", 0.8),), weight=4),
    Plot("carried forward", (Step("carry", 0.3),), weight=3, needs_before=True),
    Plot("carried forward, looked at", (Step("carry", 0.3, confirmed=True),), needs_before=True),
    Plot("submitted", (_send(0.7),), weight=6),
    Plot("submitted long ago", (_send(0.15),)),
    Plot("submitted, not started", (_send(0.5, not_started=True),)),
    Plot("sent unchanged", (Step("unchanged", 0.6),), weight=3, needs_before=True),
    Plot("unchanged, approved", (Step("unchanged", 0.3), _approve(0.8)), needs_before=True),
    Plot("returned", RETURNED, weight=3),
    Plot("returned, being mended", (*RETURNED, Step("draft", 0.9)), weight=2),
    Plot("resubmitted", (*RETURNED, _send(0.9)), weight=2),
    Plot("superseded, waiting", (_send(0.5), Step("resend", 0.7))),
    Plot("approved", (_send(0.6), _approve(0.85)), weight=4),
    Plot("approved, term for a reply", (_send(0.6), TERM_RUNS)),
    Plot("approved, replied", (_send(0.4), _approve(0.6, Verdict.NOT_COMPLIANT), Step("reply", 0.62)), weight=2),
    Plot("approved, then being rewritten", (_send(0.2), _approve(0.4), Step("draft", 0.9))),
    Plot("approved, a newer one waits", (_send(0.2), _approve(0.4), _send(0.9))),
    Plot("stale", (_send(0.02), _approve(0.08)), weight=3),
    Plot("stale after a confirmation", (_send(0.02), _approve(0.05), Step("confirm", 0.09)), weight=2),
    Plot("confirmed unchanged", (_send(0.1), _approve(0.2), Step("confirm", 0, days_ago=5)), weight=4),
    Plot("withdrawn", (Step("withdraw", 0.5),)),
]

# What is not left to chance, by promise and party (the keys of promises.py and cast.py). The company of the demo
# delegate finds one of everything there is to do; of the toys somebody is silent although the day has passed.
FIXED_LAST = {
    ("risicos", "koffie/0"): "approved",
    ("herkomst", "koffie/0"): "returned, then approved",
    ("bezoeken", "koffie/0"): "partly, replied",
    ("toetreding", "koffie/0"): "approved",
    ("fabrieken", "speelgoed/0"): "approved and confirmed",
    ("leden", "branche-speelgoed"): "approved",
}
FIXED_NOW = {
    ("risicos", "koffie/0"): "returned",
    ("herkomst", "koffie/0"): "silent",
    ("bezoeken", "koffie/0"): "stale",
    ("toetreding", "koffie/0"): "carried forward",
    ("fabrieken", "speelgoed/0"): "silent",
    ("leden", "branche-speelgoed"): "approved, term for a reply",
    ("opleiding", "branche-speelgoed"): "silent",
}


def by_name(plots: list[Plot], name: str) -> Plot:
    return next(plot for plot in plots if plot.name == name)


def deal(plots: list[Plot], count: int, dice: random.Random) -> list[Plot]:
    """So many plots in a shuffled order: every one first, after that by weight."""
    dealt = dice.sample(plots, min(count, len(plots)))
    dealt += dice.choices(plots, [plot.weight for plot in plots], k=count - len(dealt))
    dice.shuffle(dealt)
    return dealt

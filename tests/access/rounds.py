"""Reporting rounds, their slots, lock and totals."""

from tests.access import ITS_FACILITATORS, OF_THE_AGREEMENT

ACCESS: dict[str, tuple[int, ...]] = {
    "covenants:rounds": OF_THE_AGREEMENT,
    "covenants:round": OF_THE_AGREEMENT,
    "covenants:round_new": ITS_FACILITATORS,
    "covenants:round_extend": ITS_FACILITATORS,
    "covenants:round_add": ITS_FACILITATORS,
    "covenants:round_carry": ITS_FACILITATORS,
    "covenants:round_withdraw": ITS_FACILITATORS,
    "covenants:round_lock": ITS_FACILITATORS,
    "covenants:slot_withdraw": ITS_FACILITATORS,
    "covenants:round_figures": OF_THE_AGREEMENT,
    "covenants:round_release": ITS_FACILITATORS,
    "covenants:figure_series": OF_THE_AGREEMENT,
    # Only for who acts for a branch association; the party of the stage is one.
    "covenants:round_members": (302, 404, 404, 200, 404, 403, 404, 404),
}


def named(stage):
    agreement, found = {"slug": stage["agreement"].slug}, {"pk": stage["round"].pk}
    steps = ["round", "round_extend", "round_add", "round_carry", "round_withdraw", "round_lock", "round_members"]
    steps += ["round_figures", "round_release"]
    return {
        "covenants:rounds": agreement,
        "covenants:round_new": agreement,
        "covenants:figure_series": agreement,
        **{f"covenants:{name}": found for name in steps},
        "covenants:slot_withdraw": {"pk": stage["slot"].pk},
    }

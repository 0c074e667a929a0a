"""What a party reports: drafts, evidence, submitting, reviews and replies; the queue."""

from tests.access import FACILITATORS, ITS_FACILITATORS, OF_THE_AGREEMENT

OWN_PARTY_AND_SECRETARIAT = (302, 404, 404, 200, 404, 200, 404, 404)
OWN_PARTY = (302, 404, 404, 200, 404, 403, 404, 404)

ACCESS: dict[str, tuple[int, ...]] = {
    "covenants:slot": OWN_PARTY_AND_SECRETARIAT,
    "covenants:slot_draft": (302, 405, 405, 405, 405, 405, 405, 405),
    "covenants:slot_confirm": OWN_PARTY,
    "covenants:slot_review": ITS_FACILITATORS,
    "covenants:slot_reply": (302, 404, 404, 404, 404, 403, 404, 404),  # nothing was approved yet
    "covenants:evidence": (302, 404, 404, 403, 404, 403, 404, 404),  # the row of this stage has no bytes
    "covenants:review_queue": FACILITATORS,
    "covenants:rulings": OF_THE_AGREEMENT,
    "covenants:ruling_new": ITS_FACILITATORS,
    "covenants:view_as": ITS_FACILITATORS,
}
READS = {"covenants:review_queue", "covenants:view_as"}


def named(stage):
    slot, agreement = {"pk": stage["slot"].pk}, {"slug": stage["agreement"].slug}
    return {
        "covenants:slot": slot,
        "covenants:slot_draft": slot,
        "covenants:slot_confirm": slot,
        "covenants:slot_review": slot,
        "covenants:slot_reply": slot,
        "covenants:evidence": {"pk": stage["evidence"].pk},
        "covenants:rulings": agreement,
        "covenants:ruling_new": agreement,
        "covenants:view_as": agreement,
    }

"""Commitments: the list, one commitment, and keeping them."""

from tests.access import ITS_FACILITATORS, OF_THE_AGREEMENT, WORKING_HERE

ACCESS: dict[str, tuple[int, ...]] = {
    "covenants:commitments": WORKING_HERE,
    "covenants:commitment": OF_THE_AGREEMENT,
    "covenants:commitment_history": OF_THE_AGREEMENT,
    "covenants:commitment_edit": ITS_FACILITATORS,
    "covenants:commitment_end": ITS_FACILITATORS,
    "covenants:commitment_new": ITS_FACILITATORS,
    "covenants:rules": ITS_FACILITATORS,
}


def named(stage):
    one, slug = {"pk": stage["commitment"].pk}, {"slug": stage["agreement"].slug}
    return {
        "covenants:commitment": one,
        "covenants:commitment_history": one,
        "covenants:commitment_edit": one,
        "covenants:commitment_end": one,
        "covenants:commitment_new": slug,
        "covenants:rules": slug,
    }

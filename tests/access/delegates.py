"""People who act for a party: invitations, choosing for whom, handing over."""

ACCESS: dict[str, tuple[int, ...]] = {}


def named(stage):
    return {}

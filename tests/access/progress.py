"""What a party reports: drafts, evidence, submitting, reviews and replies; the queue."""

ACCESS: dict[str, tuple[int, ...]] = {}


def named(stage):
    return {}

"""The calendar feed and the log of reminders."""

from tests.access import BUILD_STEP, ITS_FACILITATORS

ACCESS: dict[str, tuple[int, ...]] = {
    "covenants:round_reminders": ITS_FACILITATORS,
    #                      anon read outs dele othf faci repo admi
    "covenants:calendar": (302, 403, 200, 200, 200, 200, 403, 403),
    "covenants:calendar_revoke": BUILD_STEP,
    "covenants:calendar_feed": (404,) * 8,  # opened by its secret, whoever asks; this one is made up
}
READS = {"covenants:round_reminders"}  # changes nothing, so there is nothing to post


def named(stage):
    return {
        "covenants:round_reminders": {"pk": stage["round"].pk},
        "covenants:calendar_feed": {"secret": "x" * 43},
    }

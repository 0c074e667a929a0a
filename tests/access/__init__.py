"""The answers of every address, per part of the portal; tests/test_access.py holds the portal to them.

A line is eight answers to a GET, in the order of ROLES. Each module has `ACCESS` and, where an address names a record,
`named(stage)`: the arguments by address.
"""

ROLES = [
    "anonymous", "reader", "outsider", "delegate", "other_facilitator", "facilitator", "reporting", "administrator",
]  # fmt: skip
#                        anon read outs dele othf faci repo admi
OPEN = (200,) * 8
SIGNED_IN = (302, 200, 200, 200, 200, 200, 200, 200)
WORKING_HERE = (302, 403, 200, 200, 200, 200, 200, 200)
FACILITATORS = (302, 403, 403, 403, 200, 200, 403, 403)
OF_THE_AGREEMENT = (302, 404, 404, 200, 404, 200, 404, 404)
ITS_FACILITATORS = (302, 404, 404, 403, 404, 200, 404, 404)
REPORTING = (302, 403, 403, 403, 403, 403, 200, 403)
ITS_BUILDERS = (302, 404, 404, 404, 404, 404, 200, 404)
BUILD_STEP = (302, 405, 405, 405, 405, 405, 405, 405)
ENTRANCE = (200, 302, 302, 302, 302, 302, 302, 302)

"""The frame, accounts, the register, climate, figures and the overview."""

from tests.access import (
    BUILD_STEP,
    ENTRANCE,
    FACILITATORS,
    ITS_BUILDERS,
    ITS_FACILITATORS,
    OF_THE_AGREEMENT,
    OPEN,
    SIGNED_IN,
    WORKING_HERE,
)

ACCESS: dict[str, tuple[int, ...]] = {
    "start": SIGNED_IN,
    "health": OPEN,
    "set_language": (405,) * 8,
    # accounts
    "account": SIGNED_IN,
    "account_login": ENTRANCE,
    "account_logout": (302, 200, 200, 200, 200, 200, 200, 200),
    "account_inactive": OPEN,
    "account_signup": ENTRANCE,
    "account_reauthenticate": (302, 200, 200, 200, 200, 200, 200, 200),
    "account_email_verification_sent": OPEN,
    "account_change_password": SIGNED_IN,
    "account_set_password": (302,) * 8,
    "account_reset_password": OPEN,
    "account_reset_password_done": OPEN,
    "account_reset_password_from_key": OPEN,
    "account_reset_password_from_key_done": OPEN,
    # the register
    "covenants:register": WORKING_HERE,
    "covenants:context": WORKING_HERE,
    "covenants:agreement_new": FACILITATORS,
    "covenants:agreement": OF_THE_AGREEMENT,
    "covenants:agreement_history": OF_THE_AGREEMENT,
    "covenants:agreement_edit": ITS_FACILITATORS,
    "covenants:phase": ITS_FACILITATORS,
    "covenants:phase_correction": ITS_FACILITATORS,
    "covenants:stall": ITS_FACILITATORS,
    "covenants:participation_new": ITS_FACILITATORS,
    "covenants:participation_edit": ITS_FACILITATORS,
    "covenants:activity_new": ITS_FACILITATORS,
    "covenants:parties": WORKING_HERE,
    "covenants:party_new": FACILITATORS,
    "covenants:party": OF_THE_AGREEMENT,
    "covenants:party_edit": ITS_FACILITATORS,
    # climate
    "climate:forum": WORKING_HERE,
    "climate:track": WORKING_HERE,
    "climate:labour_market": WORKING_HERE,
    # figures and the overview
    "overview:figures": WORKING_HERE,
    "overview:figure": WORKING_HERE,
    "overview:index": SIGNED_IN,
    "overview:job": ITS_BUILDERS,
    "overview:job_cancel": BUILD_STEP,
    "overview:job_retry": BUILD_STEP,
    "overview:file": ITS_BUILDERS,
    "overview:read": ITS_BUILDERS,
}


def named(stage):
    slug, job = {"slug": stage["agreement"].slug}, {"pk": stage["job"].pk}
    party = {"slug": stage["party"].slug}
    of_agreement = [
        "agreement", "agreement_history", "agreement_edit", "phase", "stall", "participation_new", "activity_new",
    ]  # fmt: skip
    return {
        **{f"covenants:{name}": slug for name in of_agreement},
        "covenants:phase_correction": {**slug, "pk": stage["change"].pk},
        "covenants:participation_edit": {**slug, "pk": stage["participation"].pk},
        "covenants:party": party,
        "covenants:party_edit": party,
        "climate:track": {"slug": "innovatie"},
        "overview:figure": {"code": "agreements.in_negotiation"},
        "overview:job": job,
        "overview:job_cancel": job,
        "overview:job_retry": job,
        "overview:file": {**job, "format": "html"},
        "overview:read": job,
        "account_reset_password_from_key": {"uidb36": "0", "key": "set-password"},
    }

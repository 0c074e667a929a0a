"""Somebody who knows the addresses, the keys and the names of the fields, and sends what no page would offer."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone

from covenants import services
from covenants.models import (
    CountingRuling,
    Delegate,
    DelegateRole,
    Evidence,
    Invitation,
    PartyMembership,
    ProgressDraft,
    ProgressUpdate,
    Reply,
    ReportingRound,
    ReportingSlot,
    Review,
    UpdateState,
)
from ser_portal.accounts.models import User
from tests.leaks.marks import DRAFT, PEOPLE, PUBLIC
from tests.leaks.stage import STRANGERS, acts, fresh
from tests.leaks.walk import body, client_of, every_path, plain, said
from tests.test_access import anonymised

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]


def state_of(stage):
    """All that was reported, to see that an attack changed none of it."""
    models = (
        ReportingSlot,
        ProgressDraft,
        ProgressUpdate,
        Evidence,
        Review,
        Reply,
        Delegate,
        Invitation,
        ReportingRound,
    )
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def page(slot, part=""):
    return f"/verplichtingen/{slot.pk}/{part}"


# --- Not visible is not existing -------------------------------------------------------------------------------------

PARTS = ["", "ongewijzigd/", "beoordeling/", "weerwoord/", "eigenaar/", "vervallen/"]


@pytest.mark.parametrize("name", ["rival", "outsider", "association", "steering", "frieda", "reporting", "revoked",
                                  "administrator"])  # fmt: skip
@pytest.mark.parametrize("method", ["get", "head", "options", "post"])
def test_what_one_may_not_know_of_answers_like_what_does_not_exist(name, method, stage):
    client = client_of(stage.user(name))
    hidden = [(f"/verplichtingen/{{}}/{part}", stage.slots["secret now share"].pk) for part in PARTS]
    own_file = Evidence.objects.filter(party=stage.secret, slot=stage.slots["secret now share"]).first()
    hidden += [("/bewijs/{}/", own_file.pk), ("/verplichtingen/{}/concept/", stage.slots["secret now share"].pk)]
    for address, pk in hidden:
        known, unknown = f"{pk:018d}", "9" * 18  # as long, so that what repeats the address is as long
        there, nothing = (getattr(client, method)(address.format(key)) for key in (known, unknown))
        shown = [
            anonymised(plain(said(answer)), f"/{key}/").replace(f"%2F{key}%2F", "…")
            for answer, key in ((there, known), (nothing, unknown))
        ]
        assert shown[0] == shown[1], address


@pytest.mark.slow
@pytest.mark.parametrize("name", ["outsider", "rival", "association", "steering", "frieda", "reporting", "revoked"])
def test_no_method_changes_anything_for_who_may_not(name, stage):
    """Every address, with every method a browser or a script knows, by somebody who has no business there."""
    client, before, tried = client_of(stage.user(name)), state_of(stage), set()
    for address, path in every_path(stage):
        if "logout" in address or "overview" in address or address.startswith("account"):
            continue
        for method in ("post",) if address in tried else ("post", "put", "patch", "delete", "options", "head"):
            if method == "post" and any(word in path for word in OWN.get(name, [])):
                continue
            answer = getattr(client, method)(path)
            assert answer.status_code < 500, (method, path)
            assert stage.marks.found_in(said(answer)) <= stage.marks.of(*MOST_ANYBODY_READS.get(name, ())), path
        tried.add(address)
    assert state_of(stage) == before


# What is this person's own business to change.
OWN = {
    "rival": ["/ypsilon-bv/"],
    "frieda": ["/ander/"],
}
MOST_ANYBODY_READS = {
    **dict.fromkeys(STRANGERS, (PUBLIC,)),
    "steering": (PUBLIC, "also the steering group"),
    "frieda": (PUBLIC, PEOPLE),
}


# --- Keys of somebody else's records in the fields of a form ---------------------------------------------------------


def test_a_file_of_another_party_cannot_be_taken_away(stage):
    theirs = Evidence.objects.filter(party=stage.rival, in_draft=True).first()
    slot = stage.slots["secret now share"]
    client = client_of(stage.people["own"])
    answer = client.post(page(slot), {"version": slot.draft.version, "action": f"detach:{theirs.pk}"})
    assert answer.status_code == 404
    assert Evidence.objects.filter(pk=theirs.pk, in_draft=True).exists()


def test_work_cannot_be_handed_to_somebody_of_elsewhere(stage):
    slot = stage.slots["secret now share"]
    for name in ("rival", "fatima", "revoked", "inactive"):
        answer = client_of(stage.people["own"]).post(
            page(slot, "eigenaar/"), {"to": stage.people[name].pk, "was": slot.owner_id}
        )
        assert answer.status_code == 422, name
        assert stage.people[name].email not in answer.content.decode()
    assert fresh(slot).owner_id == slot.owner_id


def test_a_ruling_of_another_agreement_is_neither_cited_nor_replaced(stage):
    theirs = services.write_ruling(
        stage.other_agreement, question="Van elders?", ruling="Elders.", decided_on=timezone.localdate(),
        by=stage.people["frieda"],
    )  # fmt: skip
    slot, client = fresh(stage.slots["secret now share"]), client_of(stage.people["fatima"])
    answer = client.post(
        page(slot, "beoordeling/"),
        {"decision": "approved", "number": slot.current.number, "approve-verdict": "compliant",
         "approve-rung_reached": "1", "approve-rulings": [theirs.pk]},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Van elders" not in answer.content.decode()
    assert fresh(slot).state == "submitted"
    answer = client.post(
        reverse("covenants:ruling_new", args=[stage.agreement.slug]),
        {"question": "Mag dit?", "ruling": "Nee.", "decided_on": "1 januari 2024", "replaces": theirs.pk},
    )
    assert answer.status_code == 422
    assert "Van elders" not in answer.content.decode()
    assert not CountingRuling.objects.filter(replaces=theirs).exists()


def test_answers_are_not_carried_from_a_round_of_another_agreement(stage):
    """A facilitator of elsewhere names our round as the previous one of hers."""
    before = stage.rounds["before"]
    answer = client_of(stage.people["frieda"]).post(
        reverse("covenants:round_new", args=[stage.other_agreement.slug]),
        {"title_nl": "Gestolen", "first": "1 januari 2025", "last": "31 december 2025", "due_on": "1 maart 2030",
         "period_first": "1 januari 2025", "period_last": "31 december 2025", "previous": before.pk,
         "commitments": [stage.extra["share"].pk], "carry": "on", "stap": "open", "seen": "x"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert not ReportingRound.objects.filter(title_nl="Gestolen").exists()
    assert "Onderzoek de fabrieken" not in answer.content.decode()


def test_people_of_one_party_are_not_reached_through_another(stage):
    """The keys of a delegate and an invitation of the company, under the address of the rival's own party."""
    theirs = Delegate.objects.get(user=stage.people["own"])
    client, base = client_of(stage.people["rival"]), f"/partijen/{stage.rival.slug}/gemachtigden"
    for path in (
        f"{base}/{theirs.pk}/rol/", f"{base}/{theirs.pk}/beeindigen/",
        f"{base}/uitnodigingen/{stage.extra['invitation'].pk}/intrekken/",
        f"{base}/uitnodigingen/{stage.extra['invitation'].pk}/opnieuw/",
    ):  # fmt: skip
        answer = client.post(path, {"role": "contributor", "last_day": ""})
        assert answer.status_code == 404, path
    theirs.refresh_from_db()
    assert (theirs.role, theirs.revoked_at) == (DelegateRole.COORDINATOR, None)


def test_ending_ones_own_colleague_moves_no_work_of_another_party(stage):
    """`slot_…` fields with keys of the company's slots, in the rival's form."""
    helper = User.objects.create(email="hulp@test.example", name="Hulp", role="delegate")
    row = acts(helper, stage.rival)
    slot = stage.slots["secret now share"]
    client_of(stage.people["rival"]).post(
        f"/partijen/{stage.rival.slug}/gemachtigden/{row.pk}/beeindigen/",
        {f"slot_{slot.pk}": stage.people["rival"].pk, "when": "now", "last_day": "", "to": stage.people["rival"].pk},
    )
    assert fresh(slot).owner_id == slot.owner_id


def test_a_membership_is_ended_under_its_own_association_only(stage):
    row = PartyMembership.objects.filter(member=stage.secret).first()
    answer = client_of(stage.people["fatima"]).post(f"/partijen/{stage.rival.slug}/leden/{row.pk}/beeindigen/", {})
    assert answer.status_code == 404


# --- Acting for somebody ---------------------------------------------------------------------------------------------


ELSEWHERE = [
    "//kwaad.example/", "https://kwaad.example/", "/\\kwaad.example", "\\\\kwaad.example", "javascript:alert(1)",
    "/\t/kwaad.example", "///kwaad.example",
]  # fmt: skip


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_choosing_leads_nowhere_else_and_only_to_ones_own_parties(onward, stage):
    user = stage.people["rival"]
    acts(user, stage.parties["steering"])
    client = client_of(user)
    answer = client.post("/namens/", {"party": stage.secret.pk, "next": onward})
    assert answer.status_code == 422
    assert "Xenon" not in answer.content.decode()
    answer = client.post("/namens/", {"party": stage.rival.pk, "next": onward})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\", "/\t"))


def test_who_acts_for_two_parties_writes_for_the_one_that_was_chosen(stage):
    both = User.objects.create(email="beide@test.example", name="Beide", role="delegate")
    acts(both, stage.secret)
    acts(both, stage.rival)
    client, slot = client_of(both), stage.slots["secret now share"]
    before = state_of(stage)
    for chosen in (None, stage.rival):
        if chosen:
            client.post("/namens/", {"party": chosen.pk})
        for part in ("", "concept/", "ongewijzigd/", "weerwoord/"):
            answer = client.post(page(slot, part), {"version": 1, "text": "Verkeerde", "action": "submit"})
            assert answer.status_code == 403, (chosen, part)
    assert state_of(stage) == before


def test_the_choice_of_a_party_ends_with_the_right(stage):
    """A choice kept in the session opens nothing once somebody was taken off the list."""
    user = stage.people["colleague"]
    acts(user, stage.rival)
    client = client_of(user)
    client.post("/namens/", {"party": stage.secret.pk})
    assert client.get(page(stage.slots["secret now share"])).status_code == 200
    Delegate.objects.filter(user=user, party=stage.secret).update(revoked_at=timezone.now())
    for part in PARTS:
        assert client.get(page(stage.slots["secret now share"], part)).status_code == 404
    assert stage.marks.found_in(body(client.get("/"))) & stage.marks.of(DRAFT) == set()
    assert "Xenon" not in client.get("/").content.decode().split("<main")[0]


# --- Rights that change while a form is open -------------------------------------------------------------------------


def sending(slot, **more):
    draft = ProgressDraft.objects.get(slot=slot)
    return {"version": draft.version, "status": "done", "numerator": "1", "denominator": "2", "text": "Nog even",
            "private_note": "", "action": "submit", "once": "k" * 24, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"role": DelegateRole.CONTRIBUTOR}, 403),
        ({"revoked_at": timezone.now()}, 404),
        ({"ended_on": timezone.localdate() - timedelta(days=1)}, 404),
    ],
)
def test_a_right_that_ended_while_the_form_was_open_sends_nothing(change, expected, stage):
    client, slot = client_of(stage.people["colleague"]), stage.slots["secret now share"]
    assert client.get(page(slot)).status_code == 200
    Delegate.objects.filter(user=stage.people["colleague"]).update(**change)
    versions = slot.updates.count()
    assert client.post(page(slot), sending(slot)).status_code == expected
    assert slot.updates.count() == versions
    files = Evidence.objects.filter(slot=slot)
    for file in files:
        status = client.get(f"/bewijs/{file.pk}/").status_code
        assert status == (404 if expected == 404 else 200)


def test_a_switched_off_account_gets_nothing_more(stage):
    client, slot = client_of(stage.people["colleague"]), stage.slots["secret now share"]
    User.objects.filter(pk=stage.people["colleague"].pk).update(is_active=False)
    for part in ("", "concept/", "weerwoord/"):
        answer = client.post(page(slot, part), sending(slot))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/inloggen/")
    assert stage.marks.found_in(said(client.get("/"))) == set()


def test_a_facilitator_who_no_longer_keeps_the_agreement_decides_nothing(stage):
    slot = fresh(stage.slots["secret now share"])
    typed = {"decision": "returned", "number": slot.current.number, "return-reason": "Nee"}
    for name in ("dismissed", "frieda", "frank"):
        assert client_of(stage.people[name]).post(page(slot, "beoordeling/"), typed).status_code == 404
        shared = stage.slots["secret public share"]
        assert client_of(stage.people[name]).post(page(shared, "beoordeling/"), typed).status_code == 403
    assert fresh(slot).state == "submitted"


# --- Fields that no form has -----------------------------------------------------------------------------------------


def test_fields_that_no_form_has_change_nothing(stage):
    slot = stage.slots["secret now share"]
    forged = {
        "state": "approved", "approved": 1, "party": stage.rival.pk, "agreement": stage.other_agreement.pk, "late": "",
        "after_deadline": "", "owner": stage.people["rival"].pk, "number": 1, "submitted_by": stage.people["rival"].pk,
        "rung_required": 0, "unchanged": "on", "carried_from": 1,
        "decided_at": "2020-01-01", "withdrawn_at": "2020-01-01",
    }  # fmt: skip
    answer = client_of(stage.people["own"]).post(page(slot), sending(slot, **forged))
    assert answer.status_code == 302
    update, after = ProgressUpdate.objects.order_by("-pk").first(), fresh(slot)
    assert (update.slot_id, update.party_id, update.state) == (slot.pk, stage.secret.pk, UpdateState.SUBMITTED)
    assert (update.submitted_by, update.unchanged, update.carried_from) == (stage.people["own"], False, None)
    assert (after.state, after.owner_id, after.withdrawn_at) == ("submitted", slot.owner_id, None)


def test_forged_openings_overwrite_nothing_and_read_nothing(stage):
    """`initial-…` says what a page showed; lying about it gives no colleague's text away to anybody else, and an old
    version stays an old version."""
    slot = stage.slots["secret now share"]
    draft = ProgressDraft.objects.get(slot=slot)
    typed = {**sending(slot), "action": "save", "version": draft.version - 1 or 99,
             **{f"initial-{name}": getattr(draft, name) for name in ("text", "numerator", "denominator")}}  # fmt: skip
    assert client_of(stage.people["own"]).post(page(slot), typed).status_code == 422
    assert ProgressDraft.objects.get(slot=slot).text == draft.text
    answer = client_of(stage.people["rival"]).post(page(slot), typed)
    assert answer.status_code == 404
    assert stage.marks.found_in(said(answer)) == set()


def test_the_key_of_a_form_of_another_session_is_worth_nothing(stage):
    """Sent with the same key, another person's form makes their own record, and is not led to the company's."""
    slot = stage.slots["secret now share"]
    assert client_of(stage.people["own"]).post(page(slot), sending(slot)).status_code == 302
    theirs = stage.slots["rival now share"]
    services.save_draft(theirs, version=0, typed={"status": "done", "text": "Van ons"}, by=stage.people["rival"])
    answer = client_of(stage.people["rival"]).post(page(theirs), sending(theirs))
    assert answer.status_code == 302
    assert answer["Location"].split("#")[0] == page(theirs)
    assert ProgressUpdate.objects.order_by("-pk").first().slot_id == theirs.pk


# --- What a wider circle may see -------------------------------------------------------------------------------------


def test_a_file_of_what_was_sent_back_is_nobodys_in_a_wider_circle(stage):
    for where, names in (
        ("secret steering share", ["steering"]),
        ("secret public share", ["rival", "frank", "reporting"]),
    ):
        slot = fresh(stage.slots[where])
        shared = set(slot.approved.evidence_uses.values_list("evidence", flat=True))
        for name in names:
            client = client_of(stage.people[name])
            for pk in Evidence.objects.filter(slot=slot).values_list("pk", flat=True):
                expected = 200 if pk in shared else 404
                assert client.get(f"/bewijs/{pk}/").status_code == expected, (where, name)


def test_a_wider_circle_sees_an_approved_slot_as_approved_whatever_came_after(stage):
    """It was sent back since: not its state, not how many versions there were, not how fresh it is."""
    slot = fresh(stage.slots["secret public share"])
    assert (slot.state, slot.current.number) == ("returned", 3)
    text = client_of(stage.people["rival"]).get(page(slot)).content.decode()
    assert "Teruggestuurd" not in text
    assert "teruggestuurd" not in text
    assert "Versie 1" in text
    assert "Versie 2" not in text
    for name in ("own", "fatima"):
        text = client_of(stage.people[name]).get(page(slot)).content.decode()
        assert "Teruggestuurd" in text
        assert "Versie 2" in text


def test_looking_as_the_company_shows_a_facilitator_no_draft(stage):
    client = client_of(stage.people["fatima"])
    for who in ("xenon-bv", "ypsilon-bv", "zeta", "publiek"):
        text = client.get(f"/convenanten/kern/bekijk-als/?als={who}").content.decode()
        assert stage.marks.found_in(text) & stage.marks.of(DRAFT) == set(), who
    for name in STRANGERS:
        answer = client_of(stage.user(name)).get("/convenanten/kern/bekijk-als/?als=xenon-bv")
        assert answer.status_code in (302, 403, 404), name


def test_a_facilitator_of_elsewhere_manages_people_and_sees_no_work_of_ours(stage):
    """The company takes part in her agreement too; what it owes us, and where that stands, is not hers."""
    slot = fresh(stage.slots["secret public share"])
    assert slot.state == "returned"
    text = client_of(stage.people["frieda"]).get(f"/partijen/{stage.secret.slug}/gemachtigden/").content.decode()
    assert "Openbaar" not in text
    assert page(slot) not in text
    row = Delegate.objects.get(user=stage.people["own"])
    text = client_of(stage.people["frieda"]).get(
        f"/partijen/{stage.secret.slug}/gemachtigden/{row.pk}/beeindigen/"
    ).content.decode()  # fmt: skip
    assert "Openbaar" not in text


def test_a_branch_association_is_told_when_all_was_answered_first_and_no_later_day(stage):
    slots = ReportingSlot.objects.filter(round=stage.rounds["before"], party=stage.secret)
    then = timezone.now() - timedelta(days=400)
    ProgressUpdate.objects.filter(slot__in=slots, number=1).update(submitted_at=then)
    client, path = client_of(stage.people["association"]), f"/rondes/{stage.rounds['before'].pk}/leden/"
    before = client.get(path).content.decode()
    slot = slots.first()
    services.save_draft(slot, version=0, typed={"status": "done", "text": "Weer", "numerator": "1",
                                                "denominator": "2", "value": "1"}, by=stage.people["own"])  # fmt: skip
    services.submit(slot, version=1, by=stage.people["own"])
    assert anonymised(client.get(path).content.decode(), "-") == anonymised(before, "-")


# --- Keys that do not count ------------------------------------------------------------------------------------------


def test_the_key_of_a_file_does_not_tell_how_many_there_are(stage):
    keys = sorted(Evidence.objects.values_list("pk", flat=True))
    assert len(keys) > 10
    assert all(later - earlier > 1000 for earlier, later in pairwise(keys))


# --- Headers ---------------------------------------------------------------------------------------------------------


def test_a_file_is_saved_and_never_run_nor_kept(stage):
    file = Evidence.objects.filter(party=stage.secret).first()
    answer = client_of(stage.people["own"]).get(f"/bewijs/{file.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_no_page_of_somebody_who_is_signed_in_is_kept_by_anything(stage):
    for name in ("own", "fatima"):
        client = client_of(stage.people[name])
        for path in dict(every_path(stage)).values():  # one of each
            if path == reverse("account_logout"):
                continue
            answer = client.get(path)
            assert "no-store" in answer["Cache-Control"], path
            assert "noindex" in answer["X-Robots-Tag"], path
            assert not answer.has_header("ETag"), path

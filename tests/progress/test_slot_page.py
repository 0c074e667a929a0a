"""The page of a slot as people use it: typing, saving, attaching, sending, colliding, losing the session."""

import html
import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from covenants import services
from covenants.models import (
    Delegate,
    Evidence,
    ProgressDraft,
    ProgressUpdate,
    Reply,
    Review,
    Rung,
    SlotState,
    UpdateState,
)
from ser_portal.audit.models import Entry
from tests.factories import make_draft, make_evidence, make_party, make_round, make_slot, make_update

pytestmark = pytest.mark.django_db

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\n"
    b"startxref\n164\n%%EOF\n"
)


@pytest.fixture(autouse=True)
def _evidence(settings, tmp_path):
    settings.EVIDENCE_ROOT = tmp_path / "evidence"


def page_of(slot):
    return reverse("covenants:slot", args=[slot.pk])


def typed(version=0, **changes):
    values = {
        "version": version, "status": "on_course", "numerator": "12", "denominator": "40", "text": "We bezochten ze.",
        "private_note": "", "once": f"sleutel-{version}",
    }  # fmt: skip
    return {**values, **changes}


def a_file(name="verslag.pdf", content=PDF):
    file = io.BytesIO(content)
    file.name = name
    return file


def test_what_is_typed_is_kept_while_typing(as_user, delegate, slot):
    client = as_user(delegate)
    url = reverse("covenants:slot_draft", args=[slot.pk])
    answer = client.post(url, typed(), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'name="version" value="1"' in answer.content.decode()
    assert "Concept bewaard om" in answer.content.decode()
    answer = client.post(url, typed(1, text="Meer"), headers={"HX-Request": "true"})
    assert ProgressDraft.objects.get().text == "Meer"
    assert "Meer" in client.get(page_of(slot)).content.decode()


def test_a_colleague_who_saves_second_loses_nothing_and_sees_both(as_user, delegate, colleague, slot):
    client = as_user(delegate)
    client.post(page_of(slot), typed(action="save"))
    client = as_user(colleague)
    url = reverse("covenants:slot_draft", args=[slot.pk])
    line = client.post(url, typed(text="Van Clara"), headers={"HX-Request": "true"})
    assert line.status_code == 422
    assert "Dewi bewaarde hier om" in line.content.decode()
    assert 'name="version" value="0"' in line.content.decode()  # the next save still collides
    both = client.post(page_of(slot), typed(text="Van Clara", status="behind", action="save"))
    text = both.content.decode()
    assert both.status_code == 422
    assert "Een collega schreef ook" in text
    assert "We bezochten ze." in text  # hers
    assert "Van Clara</textarea>" in text  # and one's own
    assert ProgressDraft.objects.get().text == "We bezochten ze."
    saved = client.post(page_of(slot), typed(1, text="Van beiden", action="save"))
    assert saved.status_code == 302
    assert ProgressDraft.objects.get().text == "Van beiden"


def test_a_field_only_the_colleague_changed_follows_the_colleague(as_user, delegate, colleague, slot):
    draft = make_draft(slot, by=delegate, status="on_course", numerator="1", denominator="2", text="Eerst")
    opened = {f"initial-{name}": getattr(draft, name) for name in services.progress.TYPED}
    services.save_draft(
        slot, version=1, by=delegate,
        typed={"status": "behind", "numerator": "1", "denominator": "2", "text": "Eerst", "private_note": ""},
    )  # fmt: skip
    answer = as_user(colleague).post(
        page_of(slot), {**opened, **typed(1, numerator="1", denominator="2", text="Mijn tekst", action="save")}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="behind" id="id_status_3" checked' in text or 'value="behind" checked' in text.replace("  ", " ")
    assert "Mijn tekst</textarea>" in text


def test_sending_twice_is_sending_once(as_user, delegate, slot):
    client = as_user(delegate)
    client.get(page_of(slot))
    first = client.post(page_of(slot), typed(action="submit"))
    second = client.post(page_of(slot), typed(action="submit"), follow=True)
    assert first.status_code == 302
    assert "niets dubbel gestuurd" in second.content.decode()
    assert ProgressUpdate.objects.count() == 1


def test_what_is_not_finished_comes_back_typed_and_saved(as_user, delegate, slot):
    answer = as_user(delegate).post(page_of(slot), typed(numerator="veertig", action="submit"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "‘veertig’ is geen getal" in text
    assert 'value="veertig"' in text
    assert ProgressDraft.objects.get().numerator == "veertig"
    assert 'name="version" value="1"' in text


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "a" * 200_000},
        {"private_note": "b" * 200_000},
        {"numerator": "9" * 500},
        {"version": "x"},
        {"version": "99999999999999999999"},
        {"version": "-1"},
        {"status": "geweldig"},
        {"text": "nul\x00byte", "version": "7"},
        {"dated": "31 februari"},
        {"action": "detach:" + "9" * 40},
        {"action": "detach:ja"},
        {"initial-text": "x" * 200_000, "version": "3"},
    ],
)
def test_rubbish_gets_a_sentence_and_loses_nothing(as_user, delegate, slot, changes):
    client = as_user(delegate)
    client.raise_request_exception = False
    for url in (page_of(slot), reverse("covenants:slot_draft", args=[slot.pk])):
        answer = client.post(url, {**typed(), **changes})
        assert answer.status_code in (200, 302, 404, 422), answer.status_code
    if len(changes.get("text", "")) > 20_000:
        assert changes["text"] in client.post(page_of(slot), typed(**changes)).content.decode()


def test_with_an_expired_session_the_text_is_given_back_after_login(client, delegate, slot):
    answer = client.post(page_of(slot), typed(text="Lang nagedacht", action="save"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/inloggen/?next=")
    client.force_login(delegate, backend=settings.AUTHENTICATION_BACKENDS[0])
    text = client.get(page_of(slot)).content.decode()
    assert "Lang nagedacht</textarea>" in text
    assert "Uw sessie was verlopen" in text
    assert "Lang nagedacht" not in client.get(page_of(slot)).content.decode()  # once
    assert not ProgressDraft.objects.exists()


def test_the_text_of_an_expired_session_is_given_to_nobody_else(client, outsider, slot):
    client.post(page_of(slot), typed(text="Geheim", action="save"))
    client.force_login(outsider, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get(page_of(slot)).status_code == 404
    assert "Geheim" not in client.get("/").content.decode()


def test_saving_while_typing_without_a_session_leaves_the_page_standing(client, slot):
    answer = client.post(reverse("covenants:slot_draft", args=[slot.pk]), typed(), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer


def test_a_removed_delegate_gets_nothing_more_from_an_open_tab(as_user, delegate, slot):
    client = as_user(delegate)
    client.post(page_of(slot), typed(action="save"))
    Delegate.objects.filter(user=delegate).update(revoked_at=timezone.now())
    for method, name in [("get", "slot"), ("post", "slot"), ("post", "slot_draft"), ("post", "slot_confirm")]:
        answer = getattr(client, method)(reverse(f"covenants:{name}", args=[slot.pk]), typed(1, text="Nog iets"))
        assert answer.status_code == 404, name
    assert ProgressDraft.objects.get().text == "We bezochten ze."


def test_a_contributor_writes_but_does_not_send(as_user, contributor, slot):
    client = as_user(contributor)
    assert client.post(page_of(slot), typed(action="save")).status_code == 302
    assert client.post(page_of(slot), typed(1, action="submit")).status_code == 403
    assert ">Indienen</button>" not in client.get(page_of(slot)).content.decode()
    assert not ProgressUpdate.objects.exists()


def test_who_acts_for_two_parties_chooses_first(as_user, delegate, slot):
    Delegate.objects.create(party=make_party(), user=delegate, began_on=timezone.localdate())
    client = as_user(delegate)
    text = client.get(page_of(slot)).content.decode()
    assert "U handelt nu niet namens" in text
    assert 'id="progress-form"' not in text
    assert client.post(page_of(slot), typed(action="save")).status_code == 403
    client.post(reverse("covenants:acting"), {"party": slot.party_id})
    assert client.post(page_of(slot), typed(action="save")).status_code == 302
    assert "U handelt namens <strong>Voorbeeld bv</strong>" in client.get(page_of(slot)).content.decode()


class TestEvidence:
    def test_goes_along_and_comes_back_as_an_attachment(self, as_user, delegate, facilitator, slot):
        client = as_user(delegate)
        slot.rung_required = Rung.DOCUMENTED
        slot.save()
        data = typed(file=a_file(), shows="De lijst van fabrieken", dated="mei 2026", action="attach")
        assert client.post(page_of(slot), data).status_code == 302
        evidence = Evidence.objects.get()
        assert (evidence.name, evidence.shows, str(evidence.dated)) == (
            "verslag.pdf",
            "De lijst van fabrieken",
            "mei 2026",
        )
        assert ProgressDraft.objects.get().text == "We bezochten ze."  # the text was kept too
        assert client.post(page_of(slot), typed(1, action="submit")).status_code == 302
        for user in (delegate, facilitator):
            answer = as_user(user).get(reverse("covenants:evidence", args=[evidence.pk]))
            assert b"".join(answer.streaming_content) == PDF
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer["Content-Security-Policy"]
            assert "no-store" in answer["Cache-Control"]
        assert Entry.objects.filter(action="covenants.evidence_downloaded").count() == 2

    def test_in_a_draft_is_nobody_elses(self, as_user, delegate, facilitator, slot):
        as_user(delegate).post(page_of(slot), typed(file=a_file(), shows="Iets", action="attach"))
        evidence = Evidence.objects.get()
        assert as_user(facilitator).get(reverse("covenants:evidence", args=[evidence.pk])).status_code == 404
        assert "verslag.pdf" not in as_user(facilitator).get(page_of(slot)).content.decode()

    def test_that_is_refused_leaves_the_text(self, as_user, delegate, slot):
        hostile = a_file("plan.pdf", b"PK\x03\x04 niet echt")
        answer = as_user(delegate).post(page_of(slot), typed(file=hostile, shows="Plan", action="attach"))
        assert answer.status_code == 422
        assert "We bezochten ze.</textarea>" in answer.content.decode()
        assert not Evidence.objects.exists()

    def test_has_to_show_something(self, as_user, delegate, slot):
        answer = as_user(delegate).post(page_of(slot), typed(file=a_file(), shows="", action="attach"))
        assert answer.status_code == 422
        assert "wat dit bestand laat zien" in answer.content.decode()

    def test_sent_twice_is_there_once(self, as_user, delegate, slot):
        client = as_user(delegate)
        client.post(page_of(slot), typed(file=a_file(), shows="Iets", action="attach"))
        client.post(page_of(slot), typed(1, file=a_file("ander.pdf"), shows="Iets", action="attach"))
        assert Evidence.objects.count() == 1

    def test_taken_away_before_it_was_sent_is_gone(
        self, as_user, delegate, slot, tmp_path, django_capture_on_commit_callbacks
    ):
        client = as_user(delegate)
        client.post(page_of(slot), typed(file=a_file(), shows="Iets", action="attach"))
        evidence = Evidence.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(page_of(slot), typed(1, action=f"detach:{evidence.pk}"))
        assert not Evidence.objects.exists()
        with pytest.raises(FileNotFoundError):
            services.evidence_store().open(evidence.stored_as)

    def test_that_was_sent_stays_when_it_is_taken_out_of_the_next_version(self, as_user, delegate, slot):
        update = make_update(slot, by=delegate, state=UpdateState.RETURNED)
        evidence = make_evidence(slot, by=delegate, update=update)
        as_user(delegate).post(page_of(slot), typed(action=f"detach:{evidence.pk}"))
        evidence.refresh_from_db()
        assert not evidence.in_draft
        assert evidence.uses.count() == 1

    def test_past_the_quota_is_refused_in_words(self, as_user, delegate, slot, settings):
        settings.EVIDENCE_QUOTA_BYTES = 100
        answer = as_user(delegate).post(page_of(slot), typed(file=a_file(), shows="Iets", action="attach"))
        assert answer.status_code == 422
        assert "ruimte voor bewijsstukken" in answer.content.decode()
        assert not list((settings.EVIDENCE_ROOT).rglob("*/*")) or not Evidence.objects.exists()

    @pytest.mark.parametrize("scan", ["quarantined", "infected"])
    def test_set_apart_is_opened_by_nobody(self, as_user, delegate, slot, scan):
        evidence = make_evidence(slot, by=delegate, scan=scan)
        assert as_user(delegate).get(reverse("covenants:evidence", args=[evidence.pk])).status_code == 403

    def test_of_another_slot_is_not_taken_away(self, as_user, delegate, slot, commitment, agreement, facilitator):
        elsewhere = make_slot(make_round(agreement, by=facilitator), commitment, make_party(agreement))
        other = make_evidence(elsewhere, by=facilitator)
        assert as_user(delegate).post(page_of(slot), typed(action=f"detach:{other.pk}")).status_code == 404
        assert Evidence.objects.filter(pk=other.pk, in_draft=True).exists()


class TestReviewing:
    def decide(self, client, slot, **values):
        return client.post(reverse("covenants:slot_review", args=[slot.pk]), {"number": 1, **values})

    @pytest.fixture
    def waiting(self, slot, delegate):
        return make_update(slot, by=delegate, numerator=3, denominator=4, private_note="Alleen voor u")

    def test_approving(self, as_user, facilitator, slot, waiting):
        answer = self.decide(
            as_user(facilitator), slot, decision="approved",
            **{"approve-verdict": "partly", "approve-rung_reached": "2", "approve-assessment": "De lijst ontbreekt"},
        )  # fmt: skip
        assert answer["Location"] == reverse("covenants:review_queue")
        slot.refresh_from_db()
        assert slot.state == SlotState.APPROVED

    def test_sending_back_without_a_reason_is_refused(self, as_user, facilitator, slot, waiting):
        answer = self.decide(as_user(facilitator), slot, decision="returned", **{"return-reason": ""})
        assert answer.status_code == 422
        assert not Review.objects.exists()

    def test_the_second_of_two_reviewers_is_told_and_keeps_the_words(self, as_user, facilitator, slot, waiting):
        services.return_update(waiting, reason="Noemer?", by=facilitator)
        answer = self.decide(as_user(facilitator), slot, decision="returned", **{"return-reason": "Mijn lange reden"})
        assert answer.status_code == 422
        assert "Hierover is intussen beslist" in answer.content.decode()
        assert "Mijn lange reden" in answer.content.decode()
        assert Review.objects.count() == 1

    @pytest.mark.parametrize("number", ["", "0", "2", "x", "9" * 30])
    def test_a_version_that_is_not_there(self, as_user, facilitator, slot, waiting, number):
        answer = self.decide(
            as_user(facilitator), slot, number=number, decision="returned", **{"return-reason": "Waarom"}
        )
        assert answer.status_code == 422
        assert not Review.objects.exists()

    def test_shows_what_changed_and_the_private_note(self, as_user, facilitator, delegate, slot, waiting):
        services.return_update(waiting, reason="Noemer?", by=facilitator)
        make_update(slot, by=delegate, numerator=3, denominator=5, text="Anders")
        text = as_user(facilitator).get(reverse("covenants:slot_review", args=[slot.pk])).content.decode()
        assert "<del>3 van 4 (75%)</del>" in text
        assert "<ins>3 van 5 (60%)</ins>" in text
        assert "Alleen voor u" in text

    def test_reply_stands_beside_the_assessment(self, as_user, facilitator, delegate, slot, waiting):
        services.approve_update(
            waiting, verdict="not_compliant", rung_reached=1, assessment="Te weinig", by=facilitator
        )
        client = as_user(delegate)
        assert "Uw weerwoord" in client.get(page_of(slot)).content.decode()
        answer = client.post(reverse("covenants:slot_reply", args=[slot.pk]), {"text": "Het was meer", "once": "w1"})
        assert answer.status_code == 302
        assert Reply.objects.get().text == "Het was meer"
        assert "Het was meer" in as_user(facilitator).get(page_of(slot)).content.decode()

    def test_silence_is_stated_with_the_day(self, as_user, facilitator, delegate, slot, waiting):
        services.approve_update(waiting, verdict="compliant", rung_reached=1, by=facilitator)
        Review.objects.update(reply_until=timezone.localdate() - timedelta(days=1))
        for user in (delegate, facilitator):
            assert "Geen weerwoord ontvangen tot en met" in as_user(user).get(page_of(slot)).content.decode()


def test_nothing_changed_is_one_click(as_user, delegate, slot):
    make_update(slot, by=delegate, state=UpdateState.APPROVED, text="Zo was het")
    client = as_user(delegate)
    url = reverse("covenants:slot_confirm", args=[slot.pk])
    assert "Zo was het" in client.get(url).content.decode()
    slot.refresh_from_db()
    assert slot.confirmed_on is None  # GET changes nothing
    assert client.post(url, {"terug": "start"})["Location"] == "/"
    slot.refresh_from_db()
    assert slot.confirmed_on == timezone.localdate()


def test_markdown_is_safe(as_user, delegate, facilitator, slot):
    nasty = (
        "<script>alert(1)</script> ![x](https://elders.example/p.png) [klik](javascript:alert(1)) **vet** "
        "[goed](https://x.example)"
    )
    make_update(slot, by=delegate, text=nasty)
    text = as_user(facilitator).get(page_of(slot)).content.decode()
    assert "<script>alert" not in text
    assert 'elders.example/p.png"' not in text.split("</head>")[1] or "<img" not in text
    assert 'href="javascript' not in text
    assert "<strong>vet</strong>" in text
    assert 'rel="noopener noreferrer nofollow"' in text


def test_the_queue_goes_on_by_key_and_shows_own_agreements_only(
    as_user, facilitator, other_facilitator, delegate, agreement, reporting_round, commitment
):
    for number in range(30):
        party = make_party(agreement, name=f"Bedrijf {number:02}")
        make_update(make_slot(reporting_round, commitment, party), by=delegate)
    client = as_user(facilitator)
    url = reverse("covenants:review_queue")
    first = client.get(url).content.decode()
    assert "30 wachten" in first
    assert "Bedrijf 24" in first
    assert "Bedrijf 25" not in first
    following = html.unescape(first.split('rel="next" href="')[1].split('"')[0])
    second = client.get(url + following).content.decode()
    assert "Bedrijf 25" in second
    assert "Bedrijf 24<" not in second
    assert "Bedrijf" not in as_user(other_facilitator).get(url).content.decode()


@pytest.mark.parametrize(
    "nonsense",
    ["na=x", "na=2026-13-45T00:00:00_1", "na=" + "9" * 500, "akkoord=" + "x" * 500, "ronde=" + "9" * 20, "na=_1"],
)
def test_the_queue_begins_at_the_beginning_for_nonsense(as_user, facilitator, nonsense):
    assert as_user(facilitator).get(f"{reverse('covenants:review_queue')}?{nonsense}").status_code == 200

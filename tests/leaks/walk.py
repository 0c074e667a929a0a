"""Every address of the portal with every argument and every plausible question, as one person."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from covenants.models import Commitment, Delegate, Evidence, Invitation, PartyMembership, PhaseChange
from tests.test_access import addresses

SOME_SLOTS = [
    "secret now share", "secret now quantity", "secret before share", "secret steering share", "secret public share",
    "rival now share",
]  # fmt: skip
HTMX = {"HX-Request": "true"}
# What a page may be asked besides, and in which words; one of each kind.
ASKED: dict[str, list[str]] = {
    "start": ["?peildatum=2021-01-01"],
    "covenants:register": ["?zoek=kq", "?partij=xenon-bv&sorteer=-naam"],
    "covenants:parties": ["?zoek=Xenon", "?zoek=kq", "?sorteer=-deelnames&soort=bedrijf", "?pagina=2"],
    "covenants:party": ["?peildatum=2020-12-31", "?afspraken=2"],
    "covenants:commitments": ["?zoek=kq", "?partij=xenon-bv&sorteer=-termijn", "?akkoord=kern"],
    "covenants:commitment": ["?verplichtingen=2", "?peildatum=2020-12-31"],
    "covenants:rounds": ["?pagina=2"],
    "covenants:round": [
        "?partij=xenon-bv", "?stand=terug", "?stand=stil&partij=xenon-bv", "?stand=wacht&partij=xenon-bv", "?pagina=2",
    ],
    "covenants:round_members": ["?partij=xenon-bv"],
    "covenants:round_withdraw": ["?partij=xenon-bv"],
    "covenants:round_reminders": ["?bezorging=niet-aangekomen"],
    "covenants:review_queue": ["?akkoord=kern", "?akkoord=ander", "?ronde=1", "?na=2020-01-01T00:00:00+00:00_1"],
    "covenants:view_as": ["?als=xenon-bv", "?als=zeta", "?als=ypsilon-bv", "?als=publiek", "?als=bestaat-niet"],
    "covenants:delegates": ["?pagina=2"],
    "covenants:agreement_history": ["?logboek=2", "?wijzigingen=2"],
    "covenants:acting": ["?next=/verplichtingen/1/"],
    "overview:figures": ["?peildatum=2021-01-01"],
    "overview:figure": ["?ronde=1", "?ronde=2&peildatum=2021-01-01"],
}  # fmt: skip


def arguments(stage: Any) -> dict[str, list[dict[str, Any]]]:
    """For every address that names a record: all the records it can name."""
    slots = [{"pk": slot.pk} for slot in stage.slots.values()]
    some = [{"pk": stage.slots[name].pk} for name in SOME_SLOTS]
    rounds = [{"pk": row.pk} for row in stage.rounds.values()]
    agreements = [{"slug": row.slug} for row in (stage.agreement, stage.other_agreement)]
    parties = [{"slug": row.slug} for row in stage.parties.values()]
    commitments = [{"pk": pk} for pk in Commitment.objects.values_list("pk", flat=True)]
    one = parties[:2]
    acting = [{"slug": row.party.slug, "pk": row.pk} for row in Delegate.objects.select_related("party")]
    invited = [{"slug": row.party.slug, "pk": row.pk} for row in Invitation.objects.select_related("party")]
    members = [
        {"slug": row.association.slug, "pk": row.pk} for row in PartyMembership.objects.select_related("association")
    ]
    changes = [{"slug": row.agreement.slug, "pk": row.pk} for row in PhaseChange.objects.select_related("agreement")]
    job = [{"pk": stage.extra["job"].pk}]
    found: dict[str, list[dict[str, Any]]] = {
        "slot": slots,
        **dict.fromkeys(("slot_draft", "slot_confirm", "slot_review", "slot_reply", "slot_owner", "slot_withdraw"),
                        some),
        **dict.fromkeys(("round", "round_extend", "round_add", "round_carry", "round_withdraw", "round_lock",
                         "round_members", "round_reminders", "round_figures", "round_release"), rounds),
        **dict.fromkeys(("agreement", "agreement_edit", "agreement_history", "phase", "stall", "participation_new",
                         "activity_new", "rounds", "round_new", "rulings", "ruling_new", "view_as", "commitment_new",
                         "rules", "figure_series"), agreements),
        **dict.fromkeys(("party", "delegates", "members"), parties),
        **dict.fromkeys(("party_edit", "invite"), one),
        **dict.fromkeys(("commitment", "commitment_edit", "commitment_end", "commitment_history"), commitments),
        **dict.fromkeys(("delegate_role", "delegate_end"), acting),
        **dict.fromkeys(("invitation_withdraw", "invitation_renew"), invited),
        "membership_end": members,
        "phase_correction": changes,
        "participation_edit": [
            {"slug": row.agreement.slug, "pk": row.pk}
            for row in stage.secret.participations.select_related("agreement")
        ],
        "evidence": [{"pk": pk} for pk in Evidence.objects.order_by("uploaded_at", "pk").values_list("pk", flat=True)],
        "invitation": [{"token": "nooit-geweest"}],
        "calendar_feed": [{"secret": "x" * 43}],
    }  # fmt: skip
    every = {f"covenants:{name}": rows for name, rows in found.items()}
    return every | {
        "climate:track": [{"slug": "innovatie"}],
        "overview:figure": [
            {"code": code}
            for code in (
                "agreements.in_negotiation",
                "agreements.in_implementation",
                "round.answered",
                "round.silent",
                "round.status.behind",
                "round.confirmed",
            )
        ],
        **{f"overview:{name}": job for name in ("job", "job_cancel", "job_retry", "read")},
        "overview:file": [{**job[0], "format": "html"}],
        "account_reset_password_from_key": [{"uidb36": "0", "key": "set-password"}],
    }


def every_path(stage: Any) -> Iterator[tuple[str, str]]:
    """(name, path) of every address with every argument; one that names a record nobody listed fails here."""
    known = arguments(stage)
    for name in sorted(set(addresses())):
        for kwargs in known.get(name, [{}]):
            yield name, reverse(name, kwargs=kwargs)


def admin_paths() -> Iterator[str]:
    """The administration: every list, searched, and every record."""
    yield reverse("admin:index")
    for model, kept in admin.site._registry.items():
        meta = model._meta
        base = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        yield base
        if kept.search_fields:
            yield f"{base}?q=kq"
            yield f"{base}?q=Xenon"
        for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)[:40]:
            yield reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[pk])
            yield reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[pk])


LEAVES = {"account_logout"}


def client_of(user: Any) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def said(answer: Any) -> str:
    """Everything that goes over the line: the headers, the cookies and the content."""
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.items()))
    return f"{answer.status_code}\n{headers}\n{answer.cookies.output()}\n{body(answer)}"


# What differs between two answers by itself.
BY_ITSELF = [
    (re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken&quot;: &quot;|X-CSRFToken": ")[A-Za-z0-9]+'), r"\1"),
    (re.compile(r"(messages=[^:;]+):[^;]+"), r"\1"),  # its signature has the time in it
    (re.compile(r"(csrftoken|sessionid)=[A-Za-z0-9]+"), r"\1="),
    (re.compile(r"nonce[-=\"']+[A-Za-z0-9+/_=-]+"), "nonce"),
    (re.compile(r'(name="once" value=")[^"]+'), r"\1"),
    (re.compile(r"(seen\" value=\")[0-9a-f]+"), r"\1"),
    (re.compile(r"(?i)(expires=)[^;\n]+"), r"\1"),
    (re.compile(r"\b\d{1,2}:\d\d(:\d\d)?\b"), "00:00"),
    (re.compile(r"\d{10}\.\d{6}"), "stamp"),
    (re.compile(r"\d{4}-\d\d-\d\dT[0-9:.+%A-Z]+"), "moment"),
    (re.compile(r"(/bewijs/|detach:)\d+"), r"\1n"),
    (re.compile(r"(opdrachten/)[0-9a-f-]{36}"), r"\1n"),
]


def plain(text: str) -> str:
    """What was said, without form tokens, nonces, the clock and the random keys of files."""
    for pattern, instead in BY_ITSELF:
        text = pattern.sub(instead, text)
    return text


def visits(stage: Any, user: Any) -> Iterator[tuple[str, Any]]:
    """(what was asked, the answer) of every page as this person; fragments and questions where a page opens."""
    client, opened = client_of(user), set()
    for name, path in every_path(stage):
        if name in LEAVES:
            continue
        answer = client.get(path)
        yield path, answer
        if answer.status_code != 200:
            continue
        if name not in opened:  # a fragment is a piece of its page: once per page and question
            yield f"{path} (fragment)", client.get(path, headers=HTMX)
        for place, question in enumerate(ASKED.get(name, [])):
            yield f"{path}{question}", client.get(path + question)
            if name not in opened and place == 0:
                yield f"{path}{question} (fragment)", client.get(path + question, headers=HTMX)
        opened.add(name)
    if user is not None and user.is_staff:
        for path in admin_paths():
            yield path, client.get(path)
    elif user is not None:
        yield "/beheer/", client.get("/beheer/")

"""The numbers of the climate part, each with its records (design.md, section 5)."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from climate import reading
from climate.models import Forum, Part, SeatStatus, Standing
from climate.reading import Happening
from ser_portal.figures import Record, Selection, figure
from ser_portal.words import words


def _not_there(forum: Forum, day: date) -> str:
    """Why nothing of the forum counts on `day`; '' when it was there."""
    standing = forum.standing_on(day)
    if standing == Standing.BEFORE:
        return _("het Voortgangsoverleg bestond op deze dag nog niet")
    if standing == Standing.ENDED:
        return _("het Voortgangsoverleg was op deze dag al beëindigd (%(ended)s)") % {"ended": forum.ended}
    return ""


@figure(
    "climate.tracks",
    title=(
        "Sectoroverstijgende trajecten met een eigen structuur",
        "Cross-sector tracks with a structure of their own",
    ),
    definition=(
        "Trajecten die een bron als uitvoeringsstructuur van het Klimaatakkoord bevestigt, op een dag waarop het "
        "Voortgangsoverleg bestond. Thema's en onderwerpen die alleen genoemd worden tellen niet mee.",
        "Tracks that a source confirms as an implementation structure of the Climate Agreement, on a day on which the "
        "Progress Council existed. Themes and topics that are only mentioned are left out.",
    ),
    unit=("trajecten", "tracks"),
)
def tracks(day: date, viewer: Any) -> Selection:
    forum = reading.forum_of(viewer)
    if forum is None:
        return Selection()
    absent = _not_there(forum, day)
    counted: list[Record] = []
    left_out: list[Record] = []
    for state in reading.tracks_on(forum.agreement, day, viewer):
        track = state.track
        reason = absent
        if not reason and not track.is_confirmed_structure:
            reason = _("genoemd als %(named_as)s, niet bevestigd als structuur") % {
                "named_as": track.get_named_as_display()
            }
        record = Record(
            model="climate.track",
            pk=track.pk,
            label=words(track, "name"),
            url=track.get_absolute_url(),
            reason=reason,
            detail="" if reason else state.named_as_words,
        )
        (left_out if reason else counted).append(record)
    return Selection(tuple(counted), tuple(left_out))


@figure(
    "climate.activities",
    title=("Activiteiten van het Voortgangsoverleg in het jaar", "Activities of the Progress Council in the year"),
    definition=(
        "Vastgelegde activiteiten van het Voortgangsoverleg zelf, van 1 januari van het kalenderjaar tot en met de "
        "peildatum. Brieven van het ministerie en activiteiten van Arbeidsmarkt en scholing tellen niet mee. "
        "Vergaderingen waarvan geen datum is gevonden staan niet in het portaal.",
        "Recorded activities of the Progress Council itself from 1 January of the calendar year to the reference date. "
        "Letters of the ministry and activities of Labour market and training are left out. "
        "Meetings of which no date was found are not in the portal.",
    ),
    unit=("activiteiten", "activities"),
)
def activities(day: date, viewer: Any) -> Selection:
    forum = reading.forum_of(viewer)
    if forum is None:
        return Selection()
    counted: list[Record] = []
    left_out: list[Record] = []
    uncertain: list[Record] = []
    for row in reading.happenings(forum.agreement, *reading.year_to(day), viewer):
        reason = _why_not(row)
        activity = row.activity
        record = Record(
            model="covenants.activity",
            pk=activity.pk,
            label=words(activity, "title"),
            url=reverse("climate:forum"),
            reason=reason,
            detail=f"{activity.get_kind_display()}, {activity.occurred}",
        )
        (left_out if reason else counted).append(record)
        if row.uncertain and row.is_own:
            uncertain.append(record)
    return Selection(tuple(counted), tuple(left_out), tuple(uncertain))


def _why_not(row: Happening) -> str:
    if row.is_own:
        return _("de datum ligt misschien na de peildatum of in een ander jaar") if row.uncertain else ""
    if row.part == Part.CONTEXT:
        return _("context: niet van het Voortgangsoverleg zelf")
    if row.is_labour_market:
        return _("hoort bij Arbeidsmarkt en scholing, dat apart staat")
    return _("niet aangemerkt als activiteit van het Voortgangsoverleg")


@figure(
    "climate.seats_with_known_holder",
    title=("Zetels met een bekende bezetter", "Seats with a known holder"),
    definition=(
        "Zetels in het Voortgangsoverleg waarvan op de peildatum met zekerheid bekend is wie hem bezet. Een zetel "
        "waarvan de naam niet is gevonden is iets anders dan een vacature; geen van beide telt mee.",
        "Seats in the Progress Council whose holder is known for certain on the reference date. A seat whose holder "
        "was not found differs from a vacancy; neither counts, each with its reason.",
    ),
    unit=("zetels", "seats"),
)
def seats_with_known_holder(day: date, viewer: Any) -> Selection:
    forum = reading.forum_of(viewer)
    if forum is None:
        return Selection()
    absent = _not_there(forum, day)
    counted: list[Record] = []
    left_out: list[Record] = []
    uncertain: list[Record] = []
    for state in reading.seats_on(forum, day, viewer):
        seat, holder = state.seat, state.holder
        reason = absent
        if not reason and state.status == SeatStatus.VACANT:
            reason = _("vacant")
        elif not reason and state.status == SeatStatus.UNKNOWN and state.maybe:
            names = ", ".join(row.name for row in state.maybe if row.name)
            reason = _("begin niet zeker: mogelijk %(names)s") % {"names": names}
        elif not reason and state.status == SeatStatus.UNKNOWN:
            reason = _("naam niet gevonden in de bronnen")
        place = seat.sector_table or seat.track
        record = Record(
            model="climate.seat",
            pk=seat.pk,
            label=words(seat, "title") + (f": {words(place, 'name')}" if place else ""),
            url=reverse("climate:forum"),
            reason=reason,
            detail="" if reason or holder is None else f"{holder.name}, {holder.period}",
        )
        (left_out if reason else counted).append(record)
        if not absent and state.is_uncertain:
            uncertain.append(record)
    return Selection(tuple(counted), tuple(left_out), tuple(uncertain))

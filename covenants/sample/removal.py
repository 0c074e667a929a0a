"""Takes the sample year away: all of it, nothing else, and nothing at all when somebody real hangs on it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction

from covenants.models import Agreement, Evidence, Party, Sector
from covenants.sample import cast
from covenants.sample.joining import sample_people
from covenants.sample.refusals import Refused
from covenants.services.evidence import store
from ser_portal.accounts.models import User
from ser_portal.audit.models import Entry

Doomed = dict[type[models.Model], set[Any]]
AT_ONCE = 500


def remove() -> int:
    """Removes the sample year and returns how many rows that were; 0 when there is none. All or nothing.

    What belongs to it follows from the database: whatever a sample agreement, party or person carries with it
    (on_delete=CASCADE), the log about those, and their history. Raises Refused, naming what, when something else leans
    on a sample record, or a real account or party has a part in one.
    """
    with transaction.atomic():
        doomed = _doomed()
        found = [*_leaning(doomed), *_real(doomed)]
        if found:
            raise Refused(found)
        total = sum(len(keys) for keys in doomed.values())
        files = _files(doomed)
        for model, keys in doomed.items():
            for some in _parts(keys):
                _delete(model, pk__in=some)
        connection.check_constraints()
        transaction.on_commit(lambda: [store().delete(name) for name in files], robust=True)  # else a sweep finds them
    return total


def _files(doomed: Doomed) -> list[str]:
    """Under which names the evidence that goes is stored."""
    found: list[str] = []
    for some in _parts(doomed.get(Evidence, set())):
        found += Evidence.objects.filter(pk__in=some).values_list("stored_as", flat=True)
    return found


def _doomed() -> Doomed:
    doomed: Doomed = defaultdict(set)
    first: list[tuple[type[models.Model], Iterable[Any]]] = [
        (Agreement, Agreement.objects.filter(is_sample=True).values_list("pk", flat=True)),
        (Party, Party.objects.filter(is_sample=True).values_list("pk", flat=True)),
        (User, sample_people().values_list("pk", flat=True)),
    ]
    waiting = [(model, set(keys)) for model, keys in first]
    while waiting:
        model, keys = waiting.pop()
        new = keys - doomed[model]
        doomed[model] |= new
        if new:
            waiting += _carried(model, new)
    if doomed[Agreement]:
        own = [stage.sector_slug for stage in cast.STAGES]
        doomed[Sector] = set(Sector.objects.filter(slug__in=own).values_list("pk", flat=True))
    doomed[Entry] = _log(doomed)
    for kept in [model for model in doomed if hasattr(model, "history")]:
        history: Any = kept.history.model  # type: ignore[attr-defined]
        for some in _parts(doomed[kept]):
            doomed[history] |= set(history.objects.filter(id__in=some).values_list("pk", flat=True))
    return {model: keys for model, keys in doomed.items() if keys}


def _carried(model: type[models.Model], keys: set[Any]) -> Iterator[tuple[type[models.Model], set[Any]]]:
    """The rows that go along with these."""
    for other, column in _pointing(model):
        if column.remote_field.on_delete is models.CASCADE:
            for some in _parts(keys):
                found = other._base_manager.filter(**{f"{column.name}__in": some}).values_list("pk", flat=True)
                yield other, set(found)


def _log(doomed: Doomed) -> set[Any]:
    """What the log says about sample records, and what sample people did that was about no record."""
    found: set[Any] = set()
    for model, keys in doomed.items():
        kind = ContentType.objects.get_for_model(model)
        for some in _parts(keys):
            found |= set(Entry.objects.filter(content_type=kind, object_id__in=some).values_list("pk", flat=True))
    for some in _parts(doomed[User]):
        found |= set(Entry.objects.filter(by__in=some, content_type__isnull=True).values_list("pk", flat=True))
    return found


def _leaning(doomed: Doomed) -> list[str]:
    """What points at a sample record and does not go along with it."""
    found: Counter[str] = Counter()
    for model, keys in doomed.items():
        for other, column in _pointing(model):
            for some in _parts(keys):
                rows = other._base_manager.filter(**{f"{column.name}__in": some}).values_list("pk", flat=True)
                if left := set(rows) - doomed.get(other, set()):
                    found[f"{other._meta.verbose_name} ({column.verbose_name})"] += len(left)
    return [f"Buiten het voorbeeldjaar verwijst iets ernaar: {number} × {what}." for what, number in found.items()]


def _real(doomed: Doomed) -> list[str]:
    """Real accounts and real parties that a sample record speaks of."""
    accounts: Counter[str] = Counter()
    parties: Counter[str] = Counter()
    for model, keys in doomed.items():
        for column in model._meta.concrete_fields:
            if not isinstance(column, models.ForeignKey):
                continue
            if column.related_model is User:
                real, where = accounts, {f"{column.name}__is_demo": False}
            elif column.related_model is Party:
                real, where = parties, {f"{column.name}__is_sample": False}
            else:
                continue
            for some in _parts(keys):
                if number := model._base_manager.filter(pk__in=some, **where).count():
                    real[f"{model._meta.verbose_name} ({column.verbose_name})"] += number
    return [
        *(f"Een echt account heeft er deel aan: {number} × {what}." for what, number in accounts.items()),
        *(f"Een echte partij heeft er deel aan: {number} × {what}." for what, number in parties.items()),
    ]


def _pointing(model: type[models.Model]) -> Iterator[tuple[type[models.Model], Any]]:
    """Every column of a table that points at this one."""
    for other in apps.get_models(include_auto_created=True):
        for column in other._meta.concrete_fields:
            points = isinstance(column, models.ForeignKey) and column.related_model is model
            if points and getattr(column, "db_constraint", True):  # history keeps keys without pointing
                yield other, column


def _parts(keys: set[Any]) -> Iterator[list[Any]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _delete(model: type[models.Model], **where: Any) -> None:
    """Straight in the database: what goes along was found already, and the constraints are checked at the end."""
    rows = model._base_manager.filter(**where)
    rows._raw_delete(rows.db)

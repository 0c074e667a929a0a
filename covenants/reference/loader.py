"""Loading a reference file: all or nothing, twice the same, and never over what somebody changed by hand."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from covenants.models import ReferenceLoad, Sourced
from covenants.reference import registry
from covenants.reference.schema import ReferenceFile, problems, record_name
from ser_portal.audit import services as audit
from ser_portal.dates import ImpreciseDate

SourcedModel = TypeVar("SourcedModel", bound=Sourced)


class ReferenceError(Exception):
    """A file that cannot be loaded: `errors` holds a sentence per fault, each with the place and the record."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors[:3]))
        self.errors = errors


@dataclass
class Outcome:
    """How many rows a load made, changed and left alone."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)  # rows changed by hand since, left as they are

    @property
    def total(self) -> int:
        return self.created + self.changed + self.unchanged + len(self.kept)


def digest(values: dict[str, Any]) -> str:
    """A hash of values that does not depend on their order."""

    def plain(value: Any) -> Any:
        if isinstance(value, models.Model):
            return value.pk
        if isinstance(value, ImpreciseDate):
            return [str(value.earliest or ""), str(value.latest or ""), value.words]
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        return value

    text = json.dumps({key: plain(value) for key, value in values.items()}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Loader:
    """What a part of a load writes through; it remembers faults instead of stopping at the first."""

    def __init__(self, data: dict[str, Any], *, progress: Callable[[], None] = lambda: None) -> None:
        self.data = data
        self.outcome = Outcome()
        self.errors: list[str] = []
        self._progress = progress
        self._known: dict[type[models.Model], dict[str, Any]] = {}

    def error(self, path: str, sentence: str, record: str = "") -> None:
        """Remember a fault at a place such as `sectors[3].slug`; nothing is written when there is any."""
        self.errors.append(f"{path}{f' ({record})' if record else ''}: {sentence}")

    def upsert(
        self,
        model: type[SourcedModel],
        key: str,
        values: dict[str, Any],
        *,
        later: dict[str, Any] | None = None,
    ) -> SourcedModel:
        """The row of this model with this `reference_key`, made or brought up to date.

        A row whose values somebody changed since the last load is left alone and named in the outcome. `later` are
        names that an earlier portal did not load yet, with what its rows had there: a row that is still exactly as that
        portal left it was changed by nobody.
        """
        if model not in self._known:
            rows = model._default_manager.exclude(reference_key="")
            self._known[model] = {row.reference_key: row for row in rows}
        self._progress()
        wanted = digest(values)
        row = self._known[model].get(key)
        if row is None:
            row = model(reference_key=key, reference_digest=wanted, **values)
            row.save()
            self._known[model][key] = row
            self.outcome.created += 1
        elif row.reference_digest == wanted:
            self.outcome.unchanged += 1
        elif not self._untouched(row, values, later or {}):
            self.outcome.kept.append(f"{model._meta.verbose_name} {key}")
        else:
            for name, value in values.items():
                setattr(row, name, value)
            row.reference_digest = wanted
            row.save()
            self.outcome.changed += 1
        return row

    def _untouched(self, row: Any, values: dict[str, Any], later: dict[str, Any]) -> bool:
        """Whether the row is as a load left it: this portal's, or one that did not yet know the `later` names."""
        now = {name: self._as_loaded(row, name) for name in values}
        if digest(now) == row.reference_digest:
            return True
        as_it_was = all(now[name] == value for name, value in later.items())
        return (
            bool(later)
            and as_it_was
            and digest({name: value for name, value in now.items() if name not in later}) == row.reference_digest
        )

    @staticmethod
    def _as_loaded(row: models.Model, name: str) -> Any:
        """The value as the digest saw it: a foreign key as its record's key."""
        names = {f.name for f in row._meta.concrete_fields if f.is_relation}
        return getattr(row, f"{name}_id") if name in names else getattr(row, name)

    def note_unchanged(self) -> None:
        """Count a row that carries no source of its own and stood there already."""
        self._progress()
        self.outcome.unchanged += 1

    def note_created(self) -> None:
        self._progress()
        self.outcome.created += 1


def read_file(path: Path) -> tuple[dict[str, Any], ReferenceFile, str]:
    """The file's data, its checked form and its SHA-256. Raises ReferenceError with every fault of its shape."""
    try:
        raw = path.read_bytes()
    except OSError as failed:
        raise ReferenceError(
            [_("%(path)s is niet te lezen: %(why)s") % {"path": path, "why": failed.strerror}]
        ) from None
    try:
        data = json.loads(raw)
    except (json.JSONDecodeError, UnicodeDecodeError) as failed:
        where = f"regel {failed.lineno}, teken {failed.colno}" if isinstance(failed, json.JSONDecodeError) else "tekens"
        raise ReferenceError([_("%(path)s is geen JSON (%(where)s)") % {"path": path, "where": where}]) from None
    try:
        return data, ReferenceFile.model_validate(data), hashlib.sha256(raw).hexdigest()
    except ValidationError as failed:
        errors = [
            f"{path}: {where}{f' ({record})' if record else ''}: {sentence}"
            for where, record, sentence in problems(data, failed)
        ]
        raise ReferenceError(errors) from None


def count_records(data: dict[str, Any]) -> int:
    """About how many records a file holds, for the progress bar."""
    file_lists = ("sectors", "parties", "commitments", "transitions", "policy_context", "discrepancies", "not_found")
    total = sum(len(data.get(name, [])) for name in file_lists)
    total += sum(len(party.get("memberships", [])) for party in data.get("parties", []))
    inside = (
        "participants",
        "themes",
        "targets",
        "results",
        "activities_2020",
        "activities_after_2020",
        "publications",
    )
    return total + sum(len(sector.get(name, [])) for sector in data.get("sectors", []) for name in inside)


def load(path: Path, *, progress: Callable[[], None] = lambda: None) -> Outcome:
    """Load a reference file in one transaction. A second run changes no row.

    Raises ReferenceError with the path, the place and the record of every fault; then nothing was changed.
    """
    from covenants.reference import register

    data, checked, sha256 = read_file(path)
    loader = Loader(data, progress=progress)
    try:
        with transaction.atomic():
            register.load(checked, loader=loader)
            registry.run(data, loader)
            if loader.errors:
                raise ReferenceError(loader.errors)  # rolls back
            load_row, is_new = ReferenceLoad.objects.get_or_create(
                sha256=sha256, defaults={"as_of": checked.meta.as_of, "title": checked.meta.title}
            )
            if is_new:
                older = ReferenceLoad.objects.exclude(pk=load_row.pk).exclude(newer_since=None).first()
                if older:
                    load_row.newer_since = older.newer_since
                    load_row.save(update_fields=["newer_since"])
            if loader.outcome.created or loader.outcome.changed:
                audit.record(
                    "covenants.reference_loaded",
                    on=load_row,
                    by=None,
                    created=loader.outcome.created,
                    changed=loader.outcome.changed,
                    kept=len(loader.outcome.kept),
                )
    except ReferenceError as refused:
        raise ReferenceError([f"{path}: {error}" for error in refused.errors]) from None
    return loader.outcome


__all__ = ["Loader", "Outcome", "ReferenceError", "count_records", "load", "read_file", "record_name"]

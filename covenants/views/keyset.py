"""A page of a long list by key: page three thousand costs what page one costs (facts.md, "Pages and exports")."""

import re
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from ser_portal.web import query_string

AFTER, BEFORE = "na", "voor"
MOST_COUNTED = 1000


class KeyPage:
    """Rows after (`?na=`) or before (`?voor=`) a row, ordered by a date column and then by key.

    `rows` is a queryset of model instances or named tuples with `pk` and the column. Rows without a date come last, in
    either direction; that part is asked for on its own, so that one plain index serves both. At most two queries; the
    first row asked for too many only tells whether there is more.
    """

    def __init__(
        self,
        rows: Any,
        params: QueryDict,
        *,
        column: str = "",
        descending: bool = False,
        size: int = settings.PAGE_SIZE,
    ) -> None:
        self.error = ""
        self._rows, self._column, self._descending = rows, column, descending
        backward = bool(params.get(BEFORE)) and not params.get(AFTER)
        cursor = self._read(params.get(BEFORE if backward else AFTER, ""))
        backward = backward and cursor is not None
        found = self._take(cursor, backward, size + 1)
        more = len(found) > size
        self.rows = found[:size]
        if backward:
            self.rows.reverse()
        has_previous = more if backward else cursor is not None
        has_next = more if not backward else cursor is not None
        clean = {AFTER: None, BEFORE: None}
        self.previous = self.next = ""
        if self.rows and has_previous:
            self.previous = query_string(params, **{**clean, BEFORE: self._write(self.rows[0])})
        if self.rows and has_next:
            self.next = query_string(params, **{**clean, AFTER: self._write(self.rows[-1])})
        self.first = query_string(params, **clean) or "?" if cursor is not None else ""

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def _write(self, row: Any) -> str:
        value = getattr(row, self._column) if self._column else None
        return f"{value.isoformat() if value else ''}.{row.pk}"

    def _read(self, typed: str) -> tuple[date | None, int] | None:
        """The row to begin at; an address that makes no sense gives the first page and a sentence."""
        if not typed:
            return None
        found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})?\.(\d{1,18})", typed, re.ASCII)
        try:
            if found:
                return date.fromisoformat(found[1]) if found[1] else None, int(found[2])
        except ValueError:
            pass
        self.error = _("Deze plaats in de lijst bestaat niet; hier is het begin.")
        return None

    def _take(self, cursor: tuple[date | None, int] | None, backward: bool, most: int) -> list[Any]:
        """The dated rows first, then those without; backward the other way round."""
        if not self._column:
            return list(self._undated(self._rows, cursor and cursor[1], backward)[:most])
        dated = self._rows.filter(**{f"{self._column}__isnull": False})
        undated = self._rows.filter(**{f"{self._column}__isnull": True})
        on_date = cursor is None or cursor[0] is not None
        found: list[Any] = []
        if not backward:
            if on_date:
                found = list(self._dated(dated, cursor, backward)[:most])
            if len(found) < most:
                start = cursor[1] if cursor and not on_date else None
                found += self._undated(undated, start, backward)[: most - len(found)]
            return found
        if cursor is not None and not on_date:
            found = list(self._undated(undated, cursor[1], backward)[:most])
        if len(found) < most:
            found += self._dated(dated, cursor if on_date else None, backward)[: most - len(found)]
        return found

    def _dated(self, rows: Any, cursor: tuple[date | None, int] | None, backward: bool) -> Any:
        down = self._descending != backward
        if cursor is not None:
            beyond, sign = ("lt", "-") if down else ("gt", "")
            value, key = cursor
            # The first condition is what an index can jump to; the second leaves out what was shown.
            rows = rows.filter(
                Q(**{f"{self._column}__{beyond}e": value}),
                Q(**{f"{self._column}__{beyond}": value}) | Q(**{f"pk__{beyond}": key}),
            )
            return rows.order_by(f"{sign}{self._column}", f"{sign}pk")
        sign = "-" if down else ""
        return rows.order_by(f"{sign}{self._column}", f"{sign}pk")

    def _undated(self, rows: Any, key: int | None, backward: bool) -> Any:
        down = self._descending != backward
        if key is not None:
            rows = rows.filter(**{f"pk__{'lt' if down else 'gt'}": key})
        return rows.order_by("-pk" if down else "pk")


def count_some(rows: Any) -> int:
    """How many there are, counting no further than one beyond MOST_COUNTED."""
    return int(rows.order_by()[: MOST_COUNTED + 1].count())

"""`manage.py figures`: every declared figure on a day, as the outside world may know it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from covenants.progress_figures import Released, rounds_for
from ser_portal import dates
from ser_portal.disclosure import Shown
from ser_portal.figures import all_figures
from ser_portal.words import words


class Command(BaseCommand):
    help = "Toont elk kengetal op een peildatum: wat is geteld, wat niet, en wat onzeker is (alleen wat openbaar is)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", default="", help="peildatum, bijvoorbeeld 2020-12-31; zonder is het vandaag")
        parser.add_argument("--format", choices=["json", "table"], default="table")
        parser.add_argument("--language", choices=["nl", "en"], default="nl")

    def handle(self, *args: Any, **options: Any) -> None:
        typed, today = options["as_of"], timezone.localdate()
        day = dates.read_day(typed) if typed else today
        if day is None:
            raise CommandError(
                _("‘%(typed)s’ is geen dag. Schrijf bijvoorbeeld 31 december 2020 of 2020-12-31.")
                % {"typed": typed[:40]}
            )
        if day > today:
            raise CommandError(_("%(day)s ligt in de toekomst; daar valt nog niets over te zeggen.") % {"day": day})
        language = options["language"]
        with override(language):
            rows = []
            for figure in all_figures():
                selection = figure.select(day, None)
                rows.append(
                    {
                        "code": figure.code,
                        "title": figure.title(language),
                        "definition": figure.definition(language),
                        "unit": figure.unit(language),
                        "version": figure.version,
                        "as_of": day.isoformat(),
                        "value": selection.value,
                        "counted": len(selection.counted),
                        "left_out": len(selection.left_out),
                        "uncertain": len(selection.uncertain),
                    }
                )
            released = self._released(language)
            if options["format"] == "json":
                self.stdout.write(json.dumps([*rows, *released], ensure_ascii=False, indent=2))
                return
            heads = {"title": _("Kengetal"), "value": _("Waarde"), "unit": _("Eenheid")}
            heads |= {"left_out": _("Niet geteld"), "uncertain": _("Onzeker"), "code": _("Code")}
            self._table(heads, rows)
            for row in released:
                row["value"] = _("verborgen") if row["value"] is None else row["value"]
                row["of"] = "" if row["of"] is None else row["of"]
            if released:
                self.stdout.write("")
                heads = {"agreement": _("Akkoord"), "round": _("Ronde"), "title": _("Kengetal"), "value": _("Waarde")}
                self._table({**heads, "of": _("Waarvan"), "unit": _("Eenheid"), "code": _("Code")}, released)

    def _released(self, language: str) -> list[dict[str, Any]]:
        """The figures of released rounds of public agreements; `value` is None where it is hidden.

        They are what they are on every day: the reference date chooses nothing here.
        """
        found = []
        for row in rounds_for(None):
            released = Released(row.released[0])  # type: ignore[attr-defined]
            for figure in all_figures("round"):
                cell = released.figure(figure.code)
                if cell is None:
                    continue
                of = released.figure(figure.share_of) if figure.share_of else None
                found.append(
                    {
                        "code": figure.code,
                        "scope": "round",
                        "agreement": words(row.agreement, "name"),
                        "round": words(row, "title"),
                        "round_id": row.pk,
                        "title": figure.title(language),
                        "definition": figure.definition(language),
                        "unit": figure.unit(language),
                        "version": released.row.table["figures"].get(figure.code, figure.version),
                        "value": int(cell.value) if isinstance(cell, Shown) else None,
                        "of": int(of.value) if isinstance(of, Shown) else None,
                    }
                )
        return found

    def _table(self, heads: dict[str, str], rows: list[dict[str, Any]]) -> None:
        width = {key: max([len(head), *(len(str(row[key])) for row in rows)]) for key, head in heads.items()}
        for row in [heads, *rows]:
            cells = [
                str(row[key]).rjust(width[key]) if isinstance(row[key], int) else str(row[key]).ljust(width[key])
                for key in heads
            ]
            self.stdout.write("  ".join(cells).rstrip())

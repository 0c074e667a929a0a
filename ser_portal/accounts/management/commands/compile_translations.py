"""Turns the translations (.po) into what Django reads (.mo), without gettext's own tools."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


def read(path: Path) -> Catalog:
    """The catalogue. Raises CommandError naming the file and line that cannot be read."""
    try:
        with path.open("rb") as source:
            return read_po(source, locale=path.parts[-3], domain="django", abort_invalid=True)
    except (PoFileError, ValueError) as failure:
        raise CommandError(f"{path}: {failure}") from None


def faults(catalog: Catalog) -> list[str]:
    """What a reader of the other language would notice: untranslated, doubtful, or with a placeholder that differs."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        words = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        said = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        if message.fuzzy:
            found.append(f"twijfelachtig: {said!r}")
        elif not all(words):
            found.append(f"niet vertaald: {said!r}")
        else:
            given = placeholders(message.id)
            used = placeholders(message.string or "")
            if used - given or (given - used and not message.pluralizable):  # "one party" may leave the number out
                found.append(f"andere invulplekken: {said!r}")
    return found


def placeholders(texts: str | Sequence[str]) -> set[str]:
    """The places where something is filled in: `%(name)s`, `%s` and `{name}`."""
    joined = texts if isinstance(texts, str) else " ".join(texts)
    return set(re.findall(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}", joined))


class Command(BaseCommand):
    help = "Vertaalt de .po-bestanden naar .mo; slaat over wat al bij is. Met --check: faal op wat niet vertaald is."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="noem elke lege, twijfelachtige of onjuiste vertaling")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        written, wrong = 0, self._missing() if check else []
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/django.po")):
                target = source.with_suffix(".mo")
                if check:
                    wrong += [f"{source.parts[-3]}: {fault}" for fault in faults(read(source))]
                if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                    continue
                catalog = read(source)
                part = target.with_suffix(".mo.part")
                with part.open("wb") as out:
                    write_mo(out, catalog)
                part.replace(target)  # a reader sees the old file or the new one, never half of it
                written += 1
        if wrong:
            raise CommandError("\n".join([*wrong, f"{len(wrong)} vertalingen kloppen niet."]))
        if options["verbosity"]:
            self.stdout.write(f"Vertalingen: {written} gemaakt" if written else "Vertalingen waren al bij")

    def _missing(self) -> list[str]:
        """The languages that are offered but have no catalogue at all; the one the code is written in needs none."""
        offered = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        there = {path.parts[-3] for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/*/django.po")}
        return [f"{code}: er is geen vertaling" for code in offered if code not in there]

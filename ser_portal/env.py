"""Typed readers for the environment: a value that is nonsense stops the start with one readable sentence."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """The variable, stripped; `default` when it is not set or empty."""
    return os.environ.get(name, "").strip() or default


def boolean(name: str, *, default: bool) -> bool:
    """A yes or a no. Raises ImproperlyConfigured on anything else."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.strip().lower() in TRUE:
        return True
    if raw.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is '{raw}', maar moet ja (1, true) of nee (0, false) zijn.")


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within bounds. Raises ImproperlyConfigured outside them."""
    raw = text(name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is '{raw}', maar moet een geheel getal zijn.") from None
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name} is {value}, maar moet tussen {least} en {most} liggen.")
    return value


def choice(name: str, default: str, *, among: Sequence[str]) -> str:
    """One of a few words. Raises ImproperlyConfigured on any other."""
    value = text(name, default)
    if value not in among:
        raise ImproperlyConfigured(f"{name} is '{value}', maar moet een van deze zijn: {', '.join(among)}.")
    return value


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """A list, written with commas."""
    found = [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]
    return found or list(default)


def folder(name: str, default: Path) -> Path:
    """An absolute path; the folder need not exist yet."""
    return Path(text(name, str(default))).expanduser().resolve()

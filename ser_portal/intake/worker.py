"""The process that reads one uploaded file: the file on stdin, the order as argument, one JSON line on stdout.

`gate.py` starts it as a plain script in isolated mode (``python -I …/worker.py``): it knows nothing of the portal, no
settings and no secrets, and holds no connection. It caps its own memory, time and output before it reads the first
byte, and imports only `reading/` and, when the file asks for it, Pillow or pypdf.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import resource
import sys
from pathlib import Path
from typing import Any

MOST_OUTPUT = 64 * 1024


def main() -> None:
    """Answer ``{"found": {kind, mime, extensions}}`` or ``{"refused": code, "details": {…}}``."""
    order = json.loads(sys.argv[1])
    limits = order["limits"]
    processor = max(2, int(limits["seconds"]) - 2)
    _cap(resource.RLIMIT_AS, limits["memory"])
    _cap(resource.RLIMIT_CPU, processor, processor + 1)
    _cap(resource.RLIMIT_FSIZE, MOST_OUTPUT)
    _cap(resource.RLIMIT_CORE, 0)
    _cap(resource.RLIMIT_NOFILE, 64)
    try:
        answer = _judge(order)
    except MemoryError:
        answer = {"refused": "too_heavy", "details": {}}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()


def _cap(what: int, soft: int, hard: int | None = None) -> None:
    with contextlib.suppress(ValueError, OSError):  # a system that does not know this limit, or allows less already
        resource.setrlimit(what, (soft, hard or soft))


def _judge(order: dict[str, Any]) -> dict[str, Any]:
    folder = Path(__file__).with_name("reading")
    spec = importlib.util.spec_from_file_location(
        "reading", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(str(folder))
    package = importlib.util.module_from_spec(spec)
    sys.modules["reading"] = package
    spec.loader.exec_module(package)
    verdict = importlib.import_module("reading.verdict")
    limits = verdict.Limits(**order["limits"])
    try:
        data = sys.stdin.buffer.read(limits.size + 1)
        found = importlib.import_module("reading.judge").judge(data, order["extension"], limits)
    except verdict.Refusal as refusal:
        return {"refused": refusal.code, "details": refusal.details}
    return {"found": {"kind": found.kind, "mime": found.mime, "extensions": list(found.extensions)}}


if __name__ == "__main__":
    main()

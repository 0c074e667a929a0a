"""The process that sets a PDF: data in on stdin, PDF out on stdout, one JSON line on stderr when it fails.

`pdf.py` starts it as a plain script in isolated mode (``python -I …/pdf_worker.py``), so it knows nothing of the
portal: no settings, no secrets, no Celery, and it starts in a tenth of a second. It caps its own memory and CPU time
before it loads Typst; a document that runs away ends this process and no other. It touches no file but the template.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import NoReturn

TEMPLATE_ERROR, FONT_ERROR, MEMORY_ERROR = 3, 4, 5


def main() -> None:
    """Read ``{"data": …, "template", "timestamp", "memory", "cpu_seconds"}`` and write the PDF."""
    order = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu_seconds"], order["cpu_seconds"] + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pdf = _compile(order)
    except MemoryError:
        _fail(MEMORY_ERROR, "MemoryError")
    sys.stdout.buffer.write(pdf)
    sys.stdout.buffer.flush()


def _compile(order: dict[str, object]) -> bytes:
    import typst

    try:
        pdf, warnings = typst.compile_with_warnings(
            Path(str(order["template"])).read_bytes(),
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"document": str(order["data"])},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=int(str(order["timestamp"])),
        )
    except typst.TypstError as error:
        _fail(TEMPLATE_ERROR, f"{error.message}\n{error.diagnostic[:4000]}")
    for warning in warnings:
        if "unknown font" in warning.message:
            _fail(FONT_ERROR, warning.message)
    return pdf


def _fail(code: int, detail: str) -> NoReturn:
    sys.stderr.write(json.dumps(detail) + "\n")
    sys.exit(code)


if __name__ == "__main__":
    main()

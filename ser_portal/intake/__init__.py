"""Whether an uploaded file may come in, where it is kept, and how it is given back. Knows no domain and no database."""

from ser_portal.intake.gate import Accepted, inspect
from ser_portal.intake.headers import headers
from ser_portal.intake.reading.verdict import Limits
from ser_portal.intake.refusals import Refused
from ser_portal.intake.scanner import Scan, Scanner, parse_address
from ser_portal.intake.store import Store, StoreError

__all__ = [
    "Accepted",
    "Limits",
    "Refused",
    "Scan",
    "Scanner",
    "Store",
    "StoreError",
    "headers",
    "inspect",
    "parse_address",
]

"""How often something may be tried: counted by allauth's limiter in the portal's cache, before anything is hashed."""

from allauth.core import ratelimit
from django.http import HttpRequest


def too_many(request: HttpRequest, action: str, *, key: str) -> bool:
    """Counts one attempt; whether it is one too many. `ACCOUNT_RATE_LIMITS` says how many `action` may have."""
    return not ratelimit.consume(request, action=action, key=key)

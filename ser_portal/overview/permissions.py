"""Who may do what with the overview; the domain's own answers, gathered here for the views."""

from typing import Any

from covenants.permissions import may_build_overview, may_consult

__all__ = ["may_build_overview", "may_consult"]


def may_run(user: Any) -> bool:
    """May ask for a build: reporting staff, or the command line (None), where somebody already has the machine."""
    return user is None or may_build_overview(user)

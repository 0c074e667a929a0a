"""The covenants' part of the yearly overview: agreements, parties, commitments, activities and the policy around them.

Which agreement stands in which chapter follows from the figures, so a chapter and its number cannot differ. Only what
is public is read. A fixed number of queries however many agreements there are, and no table without a limit.
"""

from datetime import date

from django.utils.translation import override

from covenants.overview.chapters import Chapters
from covenants.overview.policy import policy_section, remarks
from covenants.overview.reading import AbsoluteUrl
from covenants.overview.writing import day_words, source_cell, source_inlines, when_cell
from ser_portal.documents import Section

__all__ = ["day_words", "remarks", "sections", "source_cell", "source_inlines", "when_cell"]


def sections(*, year: int, as_of: date, language: str, absolute_url: AbsoluteUrl) -> list[Section]:
    """The chapters on agreements in implementation, in negotiation, elsewhere, ended in the year, and the policy."""
    with override(language):
        chapters = Chapters(year, as_of, language, absolute_url)
        return [
            chapters.in_implementation(),
            chapters.in_negotiation(),
            *chapters.not_yet_started(),
            chapters.ended(),
            policy_section(year, as_of, language),
        ]

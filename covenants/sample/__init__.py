"""A year of reporting that never happened, to try the portal with: invented agreements, companies, people and answers.

Nothing here counts in a figure or an overview: agreements and parties are marked `is_sample`, are never public, and the
figures leave them out for everybody.
"""

from covenants.sample.joining import join_demo_people, sample_people
from covenants.sample.making import Made, make
from covenants.sample.refusals import Refused
from covenants.sample.removal import remove

__all__ = ["Made", "Refused", "join_demo_people", "make", "remove", "sample_people"]

import io
import time

import pytest

from ser_portal.intake import Limits, Refused, inspect
from ser_portal.intake.reading import judge as judging
from ser_portal.intake.reading.verdict import Refusal

from . import samples


@pytest.fixture(scope="session")
def valid():
    """Every kind that comes in, made once: name → bytes."""
    return {name: make() for name, make in samples.VALID.items()}


@pytest.fixture
def refusal():
    """The code with which the gate refuses: `refusal("naam.pdf", data)`; fails when the file comes in."""

    def ask(name, data, limits=None):
        started = time.monotonic()
        with pytest.raises(Refused) as caught:
            inspect(io.BytesIO(data), name, limits)
        assert time.monotonic() - started < 12
        sentence = caught.value.sentence
        assert sentence.endswith(".")
        assert "%(" not in sentence
        return caught.value.code

    return ask


@pytest.fixture
def judged():
    """The same verdict without the process around it, for files that are many and small: a code or the kind."""

    def ask(name, data, limits=None):
        try:
            return judging.judge(data, name.rpartition(".")[2], limits or Limits()).kind
        except Refusal as refusal:
            return refusal.code

    return ask

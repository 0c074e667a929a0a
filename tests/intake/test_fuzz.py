"""Valid files with bytes changed, taken out, doubled and mixed: a verdict or a refusal, never anything else."""

import io
import time
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ser_portal.intake import Accepted, Limits, Refused, inspect
from ser_portal.intake.reading.judge import judge
from ser_portal.intake.reading.verdict import Refusal
from ser_portal.intake.refusals import CODES, refused

from . import samples

NAMES = [
    "verslag.pdf",
    "foto.png",
    "foto.jpg",
    "foto.webp",
    "bewegend.gif",
    "verslag.docx",
    "cijfers.xlsx",
    "verslag.odt",
]
TOKENS = [
    b"PK\x05\x06", b"PK\x03\x04", b"PK\x01\x02", b"\xff\xff\xff\xff", b"\x00" * 4, b"/Encrypt ", b"stream\n", b"endobj",
    b"<!DOCTYPE a [", b"IEND", b"%%EOF", b"\x80\x00\x00\x00", b"<<" * 50, b"[" * 2000, b"(" * 500,
]  # fmt: skip

HEADS = [
    b"", b"%PDF-1.7\n", b"PK\x03\x04", b"GIF89a", b"\xff\xd8\xff", b"RIFF\x00\x00\x00\x00WEBP", b"\x89PNG\r\n\x1a\n",
]  # fmt: skip


def changed(data, seed):
    """A few changes, the same for the same seed."""
    dice, made = Random(seed), bytearray(data)  # noqa: S311
    for _ in range(dice.choice([1, 1, 2, 5, 20])):
        at = dice.randrange(len(made) + 1)
        match dice.randrange(5):
            case 0:
                made[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del made[at : at + dice.choice([1, 4, 50, 1000])]
            case 2:
                made[at:at] = dice.choice(TOKENS)
            case 3:
                made[at : at + 4] = dice.choice(TOKENS)
            case 4:
                start = dice.randrange(len(made) + 1)
                made[at:at] = made[start : start + dice.choice([4, 100, 2000])]
        if not made:
            return b"x"
    return bytes(made)


@pytest.mark.parametrize("name", NAMES)
def test_three_hundred_changed_files_of_a_kind(name, valid):
    """The reading itself: whatever it raises is a refusal that has a sentence, and comes within two seconds."""
    refusals = 0
    for seed in range(300):
        data = changed(valid[name], seed)
        started = time.monotonic()
        try:
            judge(data, name.rpartition(".")[2], Limits())
        except Refusal as refusal:
            refusals += 1
            sentence = refused(refusal.code, refusal.details).sentence
            assert sentence.endswith(".")
        assert time.monotonic() - started < 5, seed
    assert refusals > 30


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(NAMES), st.integers(min_value=1000), st.sampled_from(["pdf", "docx", "png", "csv", ""]))
def test_changed_files_under_any_name(name, seed, extension):
    data = changed(VALID[name], seed)
    try:
        judge(data, extension, Limits())
    except Refusal as refusal:
        assert refusal.code in CODES  # noqa: PT017


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(HEADS),
    st.binary(max_size=400),
    st.sampled_from([b"", b"\nstartxref\n0\n%%EOF", b"PK\x05\x06" + b"\x00" * 18]),
    st.sampled_from(["csv", "txt", "pdf", "docx", ""]),
)  # fmt: skip
def test_bytes_without_any_sense(head, body, tail, extension):
    try:
        judge(head + body + tail, extension, Limits())
    except Refusal as refusal:
        assert refusal.code in CODES  # noqa: PT017


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_gate_with_a_few_of_them(name, valid):
    for seed in range(2000, 2004):
        try:
            assert isinstance(inspect(io.BytesIO(changed(valid[name], seed)), name), Accepted)
        except Refused as refusal:
            assert refusal.code in CODES  # noqa: PT017


VALID = {name: samples.VALID[name]() for name in NAMES}

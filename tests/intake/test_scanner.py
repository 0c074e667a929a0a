"""The conversation with clamd, against a small server that answers in every way that a scanner can."""

import io
import socket
import struct
import threading
import time
from contextlib import contextmanager

import pytest

from ser_portal.intake import Scan, Scanner, parse_address

DATA = b"bewijs" * 100_000


def receive(line):
    """What a client sends over INSTREAM, put together."""
    stream = line.makefile("rb")
    assert stream.read(10) == b"zINSTREAM\x00"
    content = b""
    while length := struct.unpack(">I", stream.read(4))[0]:
        content += stream.read(length)
    return content


@contextmanager
def clamd(behave, *, path=None):
    """A server for one conversation; yields its address and what it received."""
    server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    server.bind(path or ("127.0.0.1", 0))
    server.listen(1)
    received = []
    stop = threading.Event()

    def serve():
        line, _ = server.accept()
        with line:
            behave(line, received, stop)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield (f"clamd://{path}" if path else f"clamd://127.0.0.1:{server.getsockname()[1]}"), received
    finally:
        stop.set()
        thread.join(5)
        server.close()


def answers(reply):
    def behave(line, received, _stop):
        received.append(receive(line))
        line.sendall(reply)

    return behave


def ask(behave, data=DATA, timeout=5.0, **options):
    with clamd(behave, **options) as (address, received):
        file = io.BytesIO(data)
        file.seek(7)
        verdict = Scanner(address, timeout).scan(file)
        assert file.tell() == 0
        return verdict, received


def test_a_clean_file():
    verdict, received = ask(answers(b"stream: OK\x00"))
    assert verdict.scan is Scan.CLEAN
    assert received == [DATA]


def test_an_infected_file_with_the_name_of_what_was_found():
    verdict, _ = ask(answers(b"stream: Eicar-Test-Signature FOUND\x00"))
    assert (verdict.scan, verdict.name) == (Scan.INFECTED, "Eicar-Test-Signature")


def test_over_a_unix_socket(tmp_path):
    verdict, received = ask(answers(b"stream: OK\x00"), path=str(tmp_path / "c.sock"))
    assert verdict.scan is Scan.CLEAN
    assert received == [DATA]


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"stream: OK",
        b"OK\x00",
        b"stream: OK\nstream: Eicar FOUND\x00",
        b"stream: Eicar FOUND\x00stream: OK\x00",
        b"stream: \x1b[2J FOUND\x00",
        b"stream:  FOUND\x00",
        b"\xff\xfe\x00",
        b"HTTP/1.1 200 OK\r\n\r\n\x00",
        b"INSTREAM: Can't allocate memory ERROR\x00",
        b"a" * 5000,
    ],
)
def test_anything_else_is_no_answer(reply):
    assert ask(answers(reply))[0].scan is Scan.UNAVAILABLE


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert Scanner(f"clamd://127.0.0.1:{port}").scan(io.BytesIO(DATA)).scan is Scan.UNAVAILABLE
    assert Scanner("clamd:///run/bestaat-niet.sock").scan(io.BytesIO(DATA)).scan is Scan.UNAVAILABLE


def test_a_scanner_that_hangs_before_it_answers():
    def behave(line, received, stop):
        received.append(receive(line))
        stop.wait(10)

    started = time.monotonic()
    verdict, _ = ask(behave, timeout=0.5)
    assert (verdict.scan, verdict.name) == (Scan.UNAVAILABLE, "timeout")
    assert time.monotonic() - started < 3


def test_a_scanner_that_reads_nothing():
    started = time.monotonic()
    verdict, _ = ask(lambda line, received, stop: stop.wait(10), data=b"a" * 20_000_000, timeout=0.5)
    assert verdict.scan is Scan.UNAVAILABLE
    assert time.monotonic() - started < 3


def test_a_scanner_that_answers_one_letter_at_a_time_does_not_stretch_the_time():
    def behave(line, received, stop):
        received.append(receive(line))
        for _ in range(100):
            if stop.wait(0.1):
                return
            line.sendall(b"s")

    started = time.monotonic()
    assert ask(behave, timeout=0.8)[0].scan is Scan.UNAVAILABLE
    assert time.monotonic() - started < 3


def test_a_scanner_that_hangs_up_half_way():
    def behave(line, received, _stop):
        line.recv(1000)

    assert ask(behave, data=b"a" * 20_000_000)[0].scan is Scan.UNAVAILABLE


def test_a_file_that_is_too_large_for_the_scanner_is_not_clean():
    def behave(line, received, _stop):
        line.recv(1000)
        line.sendall(b"INSTREAM size limit exceeded. ERROR\x00")
        line.shutdown(socket.SHUT_WR)
        while line.recv(1_000_000):
            pass

    verdict, _ = ask(behave, data=b"a" * 5_000_000)
    assert verdict.scan is Scan.UNAVAILABLE
    assert "size limit" in verdict.name


def test_without_an_address_it_says_that_nobody_scanned():
    assert Scanner("").scan(io.BytesIO(DATA)).scan is Scan.NOT_CONFIGURED


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("", None),
        ("clamd://127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("clamd://scanner", ("scanner", 3310)),
        ("clamd://[::1]:3311/", ("::1", 3311)),
        ("clamd:///run/clamav/clamd.sock", "/run/clamav/clamd.sock"),
    ],
)
def test_addresses(address, where):
    assert parse_address(address) == where


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:3310", "http://127.0.0.1:3310", "clamd://", "clamd:///", "clamd://a:99999", "clamd://a:nul",
        "clamd://a:0", "clamd://a/b", "clamd://u@a", "clamd://a?b=c", "clamd:///" + "a" * 101, "clamd://[::1", "onzin",
    ],
)  # fmt: skip
def test_addresses_that_make_no_sense(address):
    with pytest.raises(ValueError):  # noqa: PT011  urlsplit has sentences of its own
        parse_address(address)

"""Files under a random name: whole or not at all, for the owner only, and swept when nobody knows them."""

import hashlib
import io
import os
import stat
from datetime import timedelta

import pytest

from ser_portal.intake import Store, StoreError

DATA = b"bewijs" * 100_000
SHA = hashlib.sha256(DATA).hexdigest()
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "evidence")


def save(store, data=DATA):
    return store.save(io.BytesIO(data), sha256=hashlib.sha256(data).hexdigest(), most=10_000_000)


def files(store):
    return sorted(path for path in store.root.rglob("*") if path.is_file())


def age(path, hours):
    when = path.stat().st_mtime - hours * 3600
    os.utime(path, (when, when))


def test_what_was_saved_comes_back_byte_for_byte(store):
    name = save(store)
    with store.open(name) as file:
        assert file.read() == DATA
    assert store.size(name) == len(DATA)


def test_names_are_random_and_say_nothing(store):
    names = {save(store) for _ in range(20)}
    assert len(names) == 20
    assert all(len(name) == 40 and int(name, 16) >= 0 for name in names)
    assert {path.parent.name == path.name[:2] for path in files(store)} == {True}


def test_only_the_owner_may_read_or_list(store):
    before = os.umask(0)
    try:
        name = save(store)
    finally:
        os.umask(before)
    assert stat.S_IMODE((store.root / name[:2] / name).stat().st_mode) == 0o600
    for folder in (store.root, store.root / name[:2], store.root / "incoming"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_another_content_than_was_inspected_is_not_kept(store):
    with pytest.raises(StoreError):
        store.save(io.BytesIO(DATA + b"x"), sha256=SHA, most=10_000_000)
    assert files(store) == []


def test_more_than_was_allowed_is_not_kept(store):
    with pytest.raises(StoreError):
        store.save(io.BytesIO(DATA), sha256=SHA, most=len(DATA) - 1)
    assert files(store) == []


def test_a_file_that_fails_half_way_leaves_nothing(store):
    class Failing(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 300_000:
                raise OSError(28, "No space left on device")
            return super().read(size)

    with pytest.raises(StoreError, match="vol"):
        store.save(Failing(DATA), sha256=SHA, most=10_000_000)
    assert files(store) == []


def test_a_reader_that_raises_something_else_leaves_nothing_either(store):
    class Failing(io.BytesIO):
        def read(self, size=-1):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        store.save(Failing(DATA), sha256=SHA, most=10_000_000)
    assert files(store) == []


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="storing"):
        save(Store(tmp_path / "file"))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 39, "A" * 40, "a" * 40 + "\n", "/etc/passwd", "a" * 40])
def test_a_name_that_was_never_given_opens_nothing(name, store):
    save(store)
    for ask in (store.open, store.size):
        with pytest.raises(FileNotFoundError):
            ask(name)


def test_a_link_put_in_the_folder_is_not_followed(store, tmp_path):
    save(store)
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    name = "ab" + "0" * 38
    (store.root / "ab").mkdir(exist_ok=True)
    (store.root / "ab" / name).symlink_to(secret)
    with pytest.raises(OSError, match="symbolic"):
        store.open(name)
    assert store.delete(name)
    assert secret.exists()


def test_deleting_twice_does_no_harm(store):
    name = save(store)
    assert store.delete(name) is True
    assert store.delete(name) is False
    with pytest.raises(FileNotFoundError):
        store.open(name)


def test_the_sweep_takes_old_files_that_no_row_knows(store):
    known, forgotten, fresh = save(store), save(store), save(store)
    for name in (known, forgotten):
        age(store.root / name[:2] / name, 2)
    half = store.root / "incoming" / ("c" * 40)
    half.write_bytes(b"half")
    age(half, 2)
    new_half = store.root / "incoming" / ("d" * 40)
    new_half.write_bytes(b"half")
    assert set(store.sweep([known], older_than=HOUR)) == {forgotten, "c" * 40}
    assert {path.name for path in files(store)} == {known, fresh, "d" * 40}
    assert store.sweep({known}, older_than=HOUR) == []


def test_the_sweep_touches_nothing_that_is_not_its_own(store):
    save(store)
    for strange in (store.root / "LEESMIJ", store.root / "ab" / "notitie.txt", store.root / "zz" / ("a" * 40)):
        strange.parent.mkdir(exist_ok=True)
        strange.write_text("van een beheerder")
        age(strange, 48)
    assert store.sweep([], older_than=HOUR) == []
    assert len(files(store)) == 4


def test_the_sweep_of_a_store_that_was_never_used(tmp_path):
    assert Store(tmp_path / "nog niets").sweep([], older_than=HOUR) == []

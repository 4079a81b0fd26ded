"""What seals backups: keys that can be printed, passphrases that are long enough."""

import stat
from pathlib import Path

import pytest

from mapserver.errors import BackupError
from mapserver.formats.sealed_stream import Secret
from mapserver.services.backups.secret import key_from, make_key, passphrase_from, refuse_short


def private(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def test_a_key_is_made_for_its_owner_alone_and_never_over_another(tmp_path: Path):
    file = tmp_path / "backup.key"
    make_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with pytest.raises(BackupError, match="File exists"):
        make_key(file)
    assert file.read_bytes() == before
    make_key(tmp_path / "another.key")
    assert key_from(tmp_path / "another.key") != key_from(file)


def test_a_key_typed_from_paper_is_the_same(tmp_path: Path):
    file = tmp_path / "backup.key"
    make_key(file)
    printed = file.read_text()
    assert all(len(group) <= 4 for group in printed.strip().split("-"))
    typed = printed.lower().replace("-", " ", 5).replace("-", "\n", 1)
    assert key_from(private(tmp_path / "typed", typed)) == key_from(file)
    assert len(key_from(file).value) == 32


@pytest.mark.parametrize("text", ["", "ABCD", "不是密钥", "0189" * 13, "A" * 53])
def test_what_is_no_key_is_told_so(tmp_path: Path, text: str):
    with pytest.raises(BackupError, match="no backup key"):
        key_from(private(tmp_path / "key", text))


@pytest.mark.parametrize("read", [key_from, passphrase_from])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, read):
    file = private(tmp_path / "secret", "四个不相干的词连在一起就好\n")
    file.chmod(0o640)
    with pytest.raises(BackupError, match="chmod 600"):
        read(file)
    with pytest.raises(BackupError, match="cannot be read"):
        read(tmp_path / "none")


def test_a_passphrase_is_the_first_line(tmp_path: Path):
    file = private(tmp_path / "words", "four unrelated words here\r\nand a remark\n")
    assert passphrase_from(file) == Secret.passphrase("four unrelated words here")
    with pytest.raises(BackupError, match="no passphrase"):
        passphrase_from(private(tmp_path / "blank", "\nsecond line\n"))


def test_a_short_passphrase_seals_nothing():
    with pytest.raises(BackupError, match="too short"):
        refuse_short(Secret.passphrase("十一个字符的口令不够长"))
    refuse_short(Secret.passphrase("十二个字符的口令就已够长"))
    refuse_short(Secret("key", bytes(32)))

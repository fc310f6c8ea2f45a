"""Files are kept once, under the digest of their bytes, and damage is noticed."""

import pytest

from shuping.core import files
from shuping.core.models import StoredFile
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path


def test_what_is_read_is_what_was_stored():
    assert files.read(files.store(b"body", "a.txt", "text/plain", now=NOW)) == b"body"


def test_the_same_bytes_are_kept_once(tmp_path):
    first = files.store(b"body", "a.txt", "text/plain", now=NOW)
    again = files.store(b"body", "b.txt", "text/plain", now=NOW)

    assert again == first
    assert StoredFile.objects.count() == 1
    assert [file.name for file in (tmp_path / "files").rglob("*") if file.is_file()] == [first.digest]


def test_a_damaged_file_is_found(tmp_path):
    stored = files.store(b"body", "plan.docx", "text/plain", now=NOW)
    (tmp_path / "files" / stored.digest[:2] / stored.digest).write_bytes(b"bodY")

    with pytest.raises(files.FileDamaged, match=r"plan\.docx is damaged"):
        files.read(stored)

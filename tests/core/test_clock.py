"""The set clock is honoured only where the folder is marked as an example."""

from datetime import UTC, datetime

from shuping.core import clock, datafolder

SET = "2022-12-29T09:00:00+08:00"


def _clock_file(tmp_path, monkeypatch):
    file = tmp_path / "clock"
    file.write_text(SET + "\n", "utf-8")
    monkeypatch.setenv("SHUPING_CLOCK", str(file))
    return file


def test_an_example_tells_the_time_of_its_clock_file(tmp_path, monkeypatch, settings):
    settings.EXAMPLE = True
    file = _clock_file(tmp_path, monkeypatch)

    assert clock.set_clock() == file
    assert clock.now() == datetime.fromisoformat(SET)


def test_a_real_site_ignores_the_clock_file(tmp_path, monkeypatch, settings):
    settings.EXAMPLE = False
    _clock_file(tmp_path, monkeypatch)

    assert clock.set_clock() is None
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5


def test_a_missing_clock_file_leaves_the_present(tmp_path, monkeypatch, settings):
    settings.EXAMPLE = True
    monkeypatch.setenv("SHUPING_CLOCK", str(tmp_path / "nowhere"))

    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5


def test_only_the_marker_makes_a_folder_an_example(tmp_path):
    assert not datafolder.is_example(tmp_path)

    (tmp_path / datafolder.MARKER).touch()

    assert datafolder.is_example(tmp_path)

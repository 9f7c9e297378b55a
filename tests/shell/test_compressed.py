"""What was compressed already is not compressed again, and nothing stale stays."""

import os

import pytest

from govmap.lib.static import is_compressed


@pytest.mark.parametrize(
    ("written", "is_final", "known"),
    [
        (100, False, True),  # whole: it was given its source's time
        (100, True, True),
        (90, False, False),  # the source was changed since
        (90, True, True),  # its name says what is in it: saved again, but the same
        (110, False, False),  # broken off before it was whole
        (110, True, False),
    ],
)
def test_a_compressed_file_is_known_by_its_time(tmp_path, written, is_final, known):
    source = tmp_path / "a.js"
    source.write_text("1")
    os.utime(source, (100, 100))
    assert not is_compressed(source, is_final=is_final)
    (tmp_path / "a.js.gz").write_bytes(b"1")
    os.utime(tmp_path / "a.js.gz", (written, written))
    assert is_compressed(source, is_final=is_final) is known

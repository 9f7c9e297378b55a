"""What leaves the house tells no number of a person."""

import pytest

from workflow.papers.masking import without_numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("电话13800001234找他", "电话138****1234找他"),
        ("身份证11010219900101123X。", "身份证**************123X。"),
        ("010-66001234", "010****1234"),
        ("案件1101022026112200001", "案件1101022026112200001"),
        ("2026-11-22 10:00，3号楼", "2026-11-22 10:00，3号楼"),
    ],
)
def test_numbers_of_people_are_masked(text, said):
    assert without_numbers(text) == said

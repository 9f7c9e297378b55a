"""Everybody who works by the five processes, with the processes loaded."""

import pytest

from tests.cases.processes import staff


@pytest.fixture
def crew(people):
    staff.load_all()
    return staff.staff(people)

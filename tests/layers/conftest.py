"""Fixtures of the tests of tiles and of formats."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from layers.models import Layer
from tests.layers.hearing import Heard, here, job_of

SignIn = Callable[[User], Client]
ClientOf = Callable[[str], Client]


@pytest.fixture
def client_of(signed_in: SignIn, people: dict[str, User]) -> ClientOf:
    return lambda name: signed_in(people[name])


@pytest.fixture
def planning(db: None) -> Layer:
    """Drawn by a public and a sensitive attribute."""
    layer = Layer.objects.get(code="planning")
    layer.styles = [
        {
            "code": "use",
            "type": "categorical",
            "field": "用地代码",
            "values": [{"value": "R2", "color": "#f6e27f"}],
        },
        {
            "code": "ratio",
            "type": "graduated",
            "field": "容积率",
            "steps": [{"from": 0, "color": "#eeeeee"}],
        },
    ]
    layer.save(update_fields=["styles"])
    return layer


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Reads a file in this process; the test's words are the job's."""

    def read_(path: Path, **job: Any) -> Heard:
        folder = tmp_path / f"scratch{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        return here(job_of(path, folder, job))

    return read_

"""Asking the API as somebody."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def call(people, signed_in) -> Callable[..., tuple[int, Any]]:
    """``call(name, path, body)``: the answer's status and JSON."""

    def ask(name, path, body=None):
        client = signed_in(people[name])
        if body is None:
            answer = client.get(path)
        else:
            answer = client.post(path, body, content_type="application/json")
        return answer.status_code, answer.json()

    return ask

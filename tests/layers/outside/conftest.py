"""A server of tiles, and an outside layer that comes from it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from layers.models import OutsideSource
from layers.outside import proxy
from tests.layers.outside import serving


@pytest.fixture
def server(settings: Any, tmp_path: Any) -> Iterator[serving.Server]:
    settings.VAR = tmp_path
    proxy.GATE = proxy.Gate()
    with serving.tiles() as one:
        settings.OUTSIDE_HOSTS = [one.url]
        settings.OUTSIDE_NETWORKS = ["127.0.0.0/8"]
        yield one


@pytest.fixture
def source(db: None, server: serving.Server) -> Callable[..., OutsideSource]:
    def make(code: str = "sky", **fields: Any) -> OutsideSource:
        usual = {"address": f"{server.url}/{{z}}/{{x}}/{{y}}.png?tk={{key}}"}
        return serving.add_outside_layer(code, **{**usual, **fields})

    return make

"""The demonstration site, written once in each size."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas
import pytest
from geopandas import GeoDataFrame

from govmap import demo


@dataclass
class Package:
    """A written site package."""

    folder: Path
    layers: dict[str, GeoDataFrame] = field(default_factory=dict)

    def layer(self, name: str) -> GeoDataFrame:
        """A layer's rows in metres (EPSG:4548), read once."""
        if name not in self.layers:
            self.layers[name] = self._read(name)
        return self.layers[name].copy()

    def _read(self, name: str) -> GeoDataFrame:
        found = next((self.folder / "layers").glob(f"{name}.*"))
        rows = geopandas.read_file(
            found, **({"encoding": "GBK"} if name == "planning" else {})
        )
        return rows.to_crs(4548)


@pytest.fixture(scope="session")
def make_package(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Package]:
    def make(size: str, seed: int = demo.SEED) -> Package:
        folder = tmp_path_factory.mktemp(size)
        demo.make(folder, seed, lambda line: None, size=size)
        return Package(folder)

    return make


@pytest.fixture(scope="session")
def small(make_package: Callable[..., Package]) -> Package:
    return make_package("small")


@pytest.fixture(scope="session")
def full(make_package: Callable[..., Package]) -> Package:
    return make_package("full")


@pytest.fixture(scope="session", params=["small", "full"])
def package(request: pytest.FixtureRequest) -> Package:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def cells(package: Package) -> GeoDataFrame:
    return package.layer("grid")


@pytest.fixture(scope="session")
def regions(package: Package) -> GeoDataFrame:
    return package.layer("regions")

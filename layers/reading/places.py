"""Where a row of a plain table is: two columns, a WKT, or an address."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow
import pyarrow.compute
import shapely

from layers.reading.addresses import Register
from layers.reading.attributes import Refused

Array = np.ndarray[Any, Any]
Faults = dict[int, Refused]

# Names as people write them, plain (`_plain`). Those of the first two mean degrees.
LONGITUDE = {"经度", "东经", "lon", "lng", "long", "longitude", "经度坐标", "gpslon"}
LATITUDE = {"纬度", "北纬", "lat", "latitude", "纬度坐标", "gpslat"}
EAST = {"x", "x坐标", "坐标x", "横坐标", "东坐标", "pointx", "xcoord", "easting"}
NORTH = {"y", "y坐标", "坐标y", "纵坐标", "北坐标", "pointy", "ycoord", "northing"}
WKT = {"wkt", "geom", "geometry", "thegeom", "shape", "几何", "坐标串", "空间坐标"}
ADDRESS = {
    *("地址", "详细地址", "标准地址", "门牌地址", "通讯地址", "住址", "地点"),
    *("address", "fulladdress", "streetaddress", "location"),
}
_BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_DEGREES = re.compile(
    r"([NSEW东西南北]?)\s*(\d{1,3}(?:\.\d+)?)\s*[°度]\s*"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*['′分]\s*)?"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″秒]|''|′′)\s*)?([NSEW东西南北]?)",
    re.IGNORECASE,
)
_SRID = re.compile(r"\s*SRID\s*=\s*(\d{4,6})\s*;", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """The columns that say where a row is. ``degrees``: their names say so."""

    x: str = ""
    y: str = ""
    wkt: str = ""
    address: str = ""
    degrees: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.x, self.y, self.wkt, self.address)))

    def told(self) -> dict[str, str]:
        names = ("x", "y", "wkt", "address")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


def find(columns: Sequence[str], told: Mapping[str, str]) -> Place | None:
    """What was told, else what the names mean; None where no column says a place."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(_plain(column), column)
    told = {name: column for name, column in told.items() if column in columns}
    if told.get("x") and told.get("y"):
        degrees = _plain(told["x"]) in LONGITUDE and _plain(told["y"]) in LATITUDE
        return Place(x=told["x"], y=told["y"], degrees=degrees)
    if told:
        return Place(wkt=told.get("wkt", ""), address=told.get("address", ""))
    for names, degrees in (((LONGITUDE, LATITUDE), True), ((EAST, NORTH), False)):
        x, y = (_first(by_name, each) for each in names)
        if x and y:
            return Place(x=x, y=y, degrees=degrees)
    if wkt := _first(by_name, WKT):
        return Place(wkt=wkt)
    address = _first(by_name, ADDRESS)
    return Place(address=address) if address else None


def _plain(name: str) -> str:
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", name).casefold())
    return re.sub(r"[\s_\-.°:]", "", text)


def _first(by_name: Mapping[str, str], names: set[str]) -> str:
    return next((by_name[name] for name in by_name if name in names), "")


@dataclass
class Placed:
    """WKB of each row, and why a row has none."""

    wkb: Array
    faults: Faults = field(default_factory=dict)


def placed(
    place: Place, columns: Mapping[str, Any], register: Register | None
) -> Placed:
    """The rows' places, in whatever system the columns are in."""
    if place.wkt:
        return _of_wkt(_listed(columns[place.wkt]))
    if place.address:
        return _of_addresses(_listed(columns[place.address]), register)
    return _of_numbers(columns[place.x], columns[place.y])


def _listed(column: Any) -> list[Any]:
    return column.to_pylist() if hasattr(column, "to_pylist") else list(column)


def _of_numbers(east: Any, north: Any) -> Placed:
    faults: Faults = {}
    x, y = (_numbers(column, faults) for column in (east, north))
    missing = np.isnan(x) | np.isnan(y)
    wkb = np.empty(len(x), dtype=object)
    wkb[~missing] = shapely.to_wkb(shapely.points(x[~missing], y[~missing]))
    return Placed(wkb, faults)


def _numbers(column: Any, faults: Faults) -> Array:
    """Numbers of a column; NaN where there is none, with the fault if one is meant."""
    try:
        plain = pyarrow.compute.cast(pyarrow.array(column), pyarrow.float64())
        numbers = np.asarray(plain.to_numpy(zero_copy_only=False), dtype=float)
        if np.isfinite(numbers).all():
            return numbers
    except (
        pyarrow.ArrowInvalid,
        pyarrow.ArrowTypeError,
        pyarrow.ArrowNotImplementedError,
    ):
        pass
    found = np.full(len(column), np.nan)
    for index, value in enumerate(_listed(column)):
        try:
            number = _number(value)
        except ValueError:
            faults[index] = Refused("wrong_coordinates", value=str(value)[:60])
            continue
        if number is not None and not np.isfinite(number):
            faults[index] = Refused("not_finite")
        elif number is not None:
            found[index] = number
    return found


def _number(value: Any) -> float | None:
    """116.3, the same in wide signs, E116°22'33"; None of nothing.

    Raises ValueError.
    """
    if value is None or isinstance(value, int | float):
        return value
    text = unicodedata.normalize("NFKC", str(value)).strip().rstrip("°度")
    if not text:
        return None
    if match := _DEGREES.fullmatch(text if "°" in text or "度" in text else text + "°"):
        before, degrees, minutes, seconds, after = match.groups()
        size = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
        return -size if (before or after).upper() in {"S", "W", "西", "南"} else size
    return float(
        text.replace(",", "") if re.fullmatch(r"[\d,]+(\.\d+)?", text) else text
    )


def _of_wkt(texts: list[Any]) -> Placed:
    plain = [None if text is None else _SRID.sub("", str(text), 1) for text in texts]
    shapes = shapely.from_wkt(np.array(plain, dtype=object), on_invalid="ignore")
    faults: Faults = {
        int(index): Refused("unreadable_geometry")
        for index in np.flatnonzero(shapely.is_missing(shapes))
        if plain[index] and str(plain[index]).strip()
    }
    return Placed(shapely.to_wkb(shapes), faults)


def system_of_wkt(texts: Sequence[Any]) -> str | None:
    """The system that an extended WKT says, of the first that says one."""
    for text in texts:
        if text and (found := _SRID.match(str(text))):
            return f"EPSG:{found[1]}"
    return None


def _of_addresses(texts: list[Any], register: Register | None) -> Placed:
    wkb, faults = np.empty(len(texts), dtype=object), {}
    for index, text in enumerate(texts):
        if text is None or not str(text).strip():
            continue
        place = register.find(str(text)) if register else None
        if place:
            wkb[index] = shapely.to_wkb(shapely.Point(place))
        else:
            faults[index] = Refused("address_unknown", value=str(text)[:60])
    return Placed(wkb, faults)

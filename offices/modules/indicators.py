"""The figures of a definition: a share of records, a mean, or a share of a sum.

``numerator``: of the records under ``denominator`` those that are also under this.
``mean``: the mean of a field over the records under ``denominator``. ``sums``: what
one field comes to, in per cent of what another does, over those in which both stand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from govmap.lib.localized import localized

Spec = Mapping[str, Any]


def conditions_of(spec: Spec) -> list[Mapping[str, Any]]:
    return [spec[part] for part in ("numerator", "denominator") if part in spec]


def summed_in(spec: Spec) -> list[str]:
    """The fields whose values are added up."""
    sums = spec.get("sums", {})
    names = (spec.get("mean"), sums.get("part"), sums.get("whole"))
    return [name for name in names if name]


@dataclass(frozen=True)
class Figure:
    """One indicator over some records; ``rate`` in its unit, None of nothing."""

    code: str
    title: str
    numerator: float
    denominator: float
    unit: str
    is_mean: bool = False
    # Both of its numbers are counts, and each opens to its records.
    is_share: bool = True

    @property
    def rate(self) -> float | None:
        if not self.denominator:
            return None
        whole = 1 if self.is_mean else 100
        return round(whole * self.numerator / self.denominator, 1)


def figure(spec: Spec, numerator: float, denominator: float) -> Figure:
    is_mean = "mean" in spec
    return Figure(
        str(spec["code"]),
        localized(spec["title"]),
        _plain(numerator),
        _plain(denominator),
        str(spec.get("unit", "" if is_mean else "%")),
        is_mean=is_mean,
        is_share="numerator" in spec,
    )


def _plain(number: float) -> float:
    """4.0 is shown as 4."""
    return int(number) if number == int(number) else round(number, 2)


def over_rows(spec: Spec, rows: list[dict[str, Any]]) -> Figure:
    """Of rows that are no records, all of them under the figure's denominator."""
    if name := spec.get("mean"):
        values = [row[name] for row in rows if _is_number(row.get(name))]
        return figure(spec, sum(values), len(values))
    parts = list(_pairs(spec["sums"], rows))
    return figure(spec, sum(p for p, _w in parts), sum(w for _p, w in parts))


def _pairs(
    sums: Mapping[str, str], rows: list[dict[str, Any]]
) -> Iterator[tuple[float, float]]:
    for row in rows:
        part, whole = row.get(sums["part"]), row.get(sums["whole"])
        if _is_number(part) and _is_number(whole):
            yield part, whole  # type: ignore[misc]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

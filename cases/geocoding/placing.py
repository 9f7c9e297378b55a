"""One address of a table: what the register has for it."""

from typing import Any

from cases.models import GeocodedRow, GeocodeRun
from layers.addresses.finding import find, is_sure
from layers.addresses.matching import Match
from layers.finding.places import point

OFFERED = 5  # candidates of a row
Outcome = GeocodedRow.Outcome


def place(run: GeocodeRun, line: int, said: str) -> GeocodedRow:
    """The row, not saved. Sure, or with candidates to choose from, or without."""
    row = GeocodedRow(run=run, line=line, said=said)
    found = find(said, most=OFFERED) if said else []
    row.candidates = [candidate(one) for one in found]
    if not found:
        row.outcome = Outcome.NONE
        return row
    take(row, row.candidates[0])
    row.outcome = Outcome.SURE if is_sure(found) else Outcome.UNSURE
    return row


def candidate(one: Match) -> dict[str, Any]:
    row = one.row
    return {
        **{"code": row.code, "text": row.text, "cell": row.cell},
        **{"lon": round(row.lon, 7), "lat": round(row.lat, 7)},
        **{"score": one.score, "level": one.code, "why": one.why[:300]},
    }


def take(row: GeocodedRow, chosen: dict[str, Any]) -> None:
    """Let the row lie where that candidate does."""
    for name in ("code", "text", "cell", "score", "level", "why"):
        setattr(row, name, chosen[name])
    row.place = point(chosen["lon"], chosen["lat"])


def leave(row: GeocodedRow) -> None:
    """Let the row lie nowhere."""
    row.code = row.text = row.cell = row.level = row.why = ""
    row.score, row.place = 0, None

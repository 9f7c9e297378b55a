"""A module's figures: numerator and denominator are conditions of its definition.

Counted over what the reader sees, so that each number opens to its records.
"""

from dataclasses import dataclass

from accounts.models import User
from govmap.lib.localized import localized
from offices.models.module import Module
from offices.models.record import Record
from offices.modules.asked import where
from offices.modules.definition import definition_of


@dataclass(frozen=True)
class Figure:
    """One indicator for one reader; ``rate`` in per cent, None of nothing."""

    code: str
    title: str
    numerator: int
    denominator: int
    unit: str

    @property
    def rate(self) -> float | None:
        if not self.denominator:
            return None
        return round(100 * self.numerator / self.denominator, 1)


def figures_of(module: Module, user: User) -> list[Figure]:
    """Two counts each."""
    assert module.published_id
    definition = definition_of(module.published_id)
    seen = Record.objects.of_module(module, user)
    found = []
    for spec in definition.indicators:
        base = where(spec["denominator"], definition)
        part = where(spec["numerator"], definition)
        found.append(
            Figure(
                spec["code"],
                localized(spec["title"]),
                seen.filter(base).filter(part).count(),
                seen.filter(base).count(),
                spec.get("unit", "%"),
            )
        )
    return found

"""What the rules find of one entry, told on its page with the way to mend it."""

from typing import Any

from django.urls import reverse

from offices.models import QualityRule, Register
from offices.models.ground import Entry
from offices.quality import board
from offices.registers.entry_pages import tells_findings
from offices.registers.life import register_of
from offices.registers.reading import gives_task

MOST = 6
COMPARED = (QualityRule.Kind.DUPLICATE, QualityRule.Kind.CONTRADICTION)
EDITED = frozenset(
    {Register.PERSON, Register.HOUSEHOLD, Register.DWELLING, Register.ORGANIZATION}
)


@tells_findings
def findings(register: str, row: Any) -> list[tuple[str, str]]:
    """(what is wrong, where it is mended); what is doubtful before what is missing."""
    if register not in EDITED:
        return []
    edit = reverse(f"registers:{register}-edit", args=[row.uuid])
    rules = board.of_entry(row, register)
    rules.sort(key=lambda rule: rule.kind == QualityRule.Kind.GAP)
    return [(str(rule), _mend(rule, edit)) for rule in rules[:MOST]]


@gives_task
def is_to_be_mended(row: Entry) -> bool:
    """Twice there, or contradictory: what is missing or old is the community's."""
    return any(rule.kind in COMPARED for rule in board.of_entry(row, register_of(row)))


def _mend(rule: QualityRule, edit: str) -> str:
    """Two that may be one are looked at side by side; a field is edited."""
    if rule.kind == QualityRule.Kind.DUPLICATE:
        return reverse("quality:found", args=[rule.code])
    return edit

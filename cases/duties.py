"""The list of duties as a table that administrators send and keep."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from cases.rule_tables import (
    DUTY_COLUMNS,
    DUTY_NEEDED,
    DUTY_WORDS,
    duty_state,
    write_duties,
)
from govmap.lib.sheets import Row
from govmap.lib.trial import Report
from workflow.class_taking import Asked, Table


def _write(rows: Iterable[Row], report: Report, asked: Asked) -> int:
    return write_duties(rows, report)


DUTIES = Table(
    title=gettext_lazy("List of duties from a file"),
    columns=DUTY_COLUMNS,
    needed=DUTY_NEEDED,
    words=DUTY_WORDS,
    write=_write,
    state=lambda rows: duty_state(),
    here="cases:duties_take",
    back="cases:duties",
)

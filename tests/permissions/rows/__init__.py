"""The rows of the table, by what they are about."""

from tests.permissions.rows import (
    classes,
    clock,
    desk_case,
    dispatch,
    evaluation,
    finding,
    intake,
    keeping,
    matters,
    modules,
    old,
    orders,
    own_lists,
    ownership,
    papers,
    processes,
    registers,
    reviewing,
    rules,
    whistles,
    words,
)
from tests.permissions.table import TABLE as FIRST
from tests.permissions.table import Row

PARTS = (
    FIRST,
    rules.ROWS,
    classes.ROWS,
    orders.ROWS,
    papers.ROWS,
    dispatch.ROWS,
    clock.ROWS,
    processes.ROWS,
    intake.ROWS,
    keeping.ROWS,
    desk_case.ROWS,
    own_lists.ROWS,
    old.ROWS,
    evaluation.ROWS,
    finding.ROWS,
    reviewing.ROWS,
    whistles.ROWS,
    words.ROWS,
    matters.ROWS,
    registers.ROWS,
    modules.ROWS,
    ownership.ROWS,
)
TABLE: dict[str, Row] = {name: row for part in PARTS for name, row in part.items()}

"""The pages of the rules."""

from tests.permissions.table import DESK, Row, both, get, page

READS_RULES = both(DESK | {"outsider", "supervisor", "leader", "system"})
CHANGES_RULES = both(frozenset({"system"}))
READ = get((READS_RULES, 200))

ROWS: dict[str, Row] = {
    "workflow:rules": page(get((READS_RULES, 302))),
}

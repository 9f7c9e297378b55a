"""Sheets of registers, and lists that are compared with them."""

from tests.permissions.rows.registers import SEES, USES, nothing
from tests.permissions.table import (
    DESK,
    HOST,
    OFFICE,
    STEWARDS,
    Row,
    Says,
    Sides,
    api,
    both,
    get,
    page,
    post,
)


def sent(sides: Sides, status: int) -> dict[str, Says]:
    return post((sides, status), body=nothing)


# Whoever sent a sheet, and nobody else.
SENDER: Sides = {"own": frozenset({"desk"}), "foreign": frozenset({"outsider"})}
KEEPS = both(STEWARDS | {"system"})
# The owner of the list and who keeps data; also, those on whose street it is.
SENDS: Sides = {
    "own": HOST | STEWARDS,
    "foreign": frozenset({"other_handler"}) | STEWARDS,
}
KNOWS: Sides = {
    "own": SENDS["own"] | DESK | OFFICE | {"system"},
    "foreign": SENDS["foreign"] | {"system", "outsider"},
}
# A department also before it has a list.
KNOWS_ANY = both(KNOWS["own"] | KNOWS["foreign"] | {"team_handler"})
NOBODY = both(frozenset())
SHEET, ARRIVAL = "register_sheet", "list_arrival"
ROWS: dict[str, Row] = {
    "imports:imports": page(get((USES, 200)) | sent(USES, 400)),
    "imports:empty": page(get((USES, 200)), "register_of_sheet"),
    "imports:import": page(get((SENDER, 200)), SHEET),
    "imports:answer": page(sent(SENDER, 302), SHEET),
    "imports:take": page(sent(SENDER, 302), SHEET),
    "imports:cancel": page(sent(SENDER, 302), SHEET),
    "imports:refused": page(get((NOBODY, 200)), SHEET),
    "api:register-import-list": api(get((USES, 200)) | sent(USES, 400)),
    "api:register-import-detail": api(get((SENDER, 200)), SHEET),
    "api:register-import-answer": api(sent(SENDER, 400), SHEET),
    "api:register-import-take": api(sent(SENDER, 200), SHEET),
    "api:register-import-cancel": api(sent(SENDER, 200), SHEET),
    "comparison:tasks": page(get((USES, 200))),
    "comparison:task": page(get((SEES, 200)), "list_difference"),
    "comparison:answer": page(sent(SEES, 400), "list_difference"),
    "comparison:rounds": page(get((KNOWS_ANY, 200))),
    "comparison:round": page(get((KNOWS, 200)), ARRIVAL),
    "comparison:columns": page(sent(SENDS, 302), ARRIVAL),
    "comparison:take": page(sent(SENDS, 302), ARRIVAL),
    "comparison:cancel": page(sent(SENDS, 302), ARRIVAL),
    "comparison:result": page(get((SENDS, 200)), ARRIVAL),
    "comparison:send": page(get((SENDS, 200)) | sent(SENDS, 400), "compared_list"),
    "comparison:sources": page(get((KEEPS, 200))),
    "comparison:source": page(get((KEEPS, 200)) | sent(KEEPS, 400), "compared_list"),
    "comparison:source-new": page(get((KEEPS, 200)) | sent(KEEPS, 400)),
    "comparison:sources-file": page(get((KEEPS, 200))),
    "comparison:sources-take": page(sent(KEEPS, 400)),
    "api:comparison-source-list": api(get((KNOWS_ANY, 200)) | sent(KEEPS, 400)),
    "api:comparison-source-detail": api(
        get((KNOWS, 200)) | {"PATCH": Says(((KEEPS, 200),), body=nothing)},
        "compared_code",
    ),
    "api:comparison-list": api(get((USES, 200))),
    "api:comparison-detail": api(get((SEES, 200)), "list_difference"),
    "api:comparison-answer": api(sent(SEES, 400), "list_difference"),
    "api:comparison-round-list": api(get((KNOWS_ANY, 200)) | sent(KNOWS_ANY, 400)),
    "api:comparison-round-detail": api(get((KNOWS, 200)), ARRIVAL),
    "api:comparison-round-take": api(sent(SENDS, 200), ARRIVAL),
    "api:comparison-round-cancel": api(sent(SENDS, 200), ARRIVAL),
    "api:comparison-round-result": api(get((SENDS, 200)), ARRIVAL),
}

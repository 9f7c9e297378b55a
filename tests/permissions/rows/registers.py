"""The registers: whoever keeps them where his posts have ground."""

from typing import Any

from tests.permissions.rows.rules import CHANGES_RULES, READ, READS_RULES
from tests.permissions.table import (
    DESK,
    GRID,
    OFFICE,
    OUTSIDERS,
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

OWN = DESK | GRID | OFFICE | {"community_worker"}
USES = both(OWN | OUTSIDERS | STEWARDS)
SEES: Sides = {"own": OWN | STEWARDS, "foreign": OUTSIDERS | STEWARDS}
# Who asked, and the keepers of the street or the district.
JUDGES: Sides = {
    "own": DESK | OFFICE | STEWARDS | {"community_worker"},
    "foreign": STEWARDS | {"outsider"},
}
AUDITS = both(frozenset({"audit"}))


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def _posted(sides: Sides, status: int) -> dict[str, Says]:
    return post((sides, status), body=nothing)


USED, SEEN = get((USES, 200)), get((SEES, 200))
FORM = SEEN | _posted(SEES, 400)
NEW = USED | _posted(USES, 400)
SENT = _posted(SEES, 400)
CHANGED = SEEN | {"PATCH": Says(((SEES, 200),), body=nothing)}
RULES = get((READS_RULES, 200))
CODES = get((both(USES["own"] | READS_RULES["own"]), 200))
RULE = get((CHANGES_RULES, 200)) | _posted(CHANGES_RULES, 400)
ROWS: dict[str, Row] = {
    "registers:people": page(USED),
    "registers:households": page(USED),
    "registers:dwellings": page(USED),
    "registers:organizations": page(USED),
    "registers:addresses": page(USED),
    "registers:find": page(_posted(USES, 400)),
    "registers:matches": page(_posted(USES, 200)),
    "registers:person-new": page(NEW),
    "registers:person": page(SEEN, "person"),
    "registers:person-edit": page(FORM, "person"),
    "registers:reveal": page(SENT, "person"),
    "registers:move": page(SENT, "person"),
    "registers:person-end": page(SENT, "person"),
    "registers:label-add": page(SENT, "person"),
    "registers:label-end": page(_posted(SEES, 404), "person_label"),
    "registers:household-new": page(NEW),
    "registers:household": page(SEEN, "household"),
    "registers:household-edit": page(FORM, "household"),
    "registers:member-add": page(SENT, "household"),
    "registers:member-end": page(_posted(SEES, 404), "member"),
    "registers:household-end": page(SENT, "household"),
    "registers:dwelling-new": page(NEW),
    "registers:dwelling": page(SEEN, "dwelling"),
    "registers:dwelling-edit": page(SEEN | _posted(SEES, 302), "dwelling"),
    "registers:dwelling-end": page(SENT, "dwelling"),
    "registers:dwelling-label-add": page(SENT, "dwelling"),
    "registers:dwelling-label-end": page(_posted(SEES, 404), "dwelling_label"),
    "registers:building": page(SEEN, "building"),
    "registers:organization-new": page(NEW),
    "registers:organization": page(SEEN, "organization"),
    "registers:organization-edit": page(FORM, "organization"),
    "registers:organization-reveal": page(SENT, "organization"),
    "registers:organization-end": page(SENT, "organization"),
    "registers:mergings": page(USED),
    "registers:merging": page(get((JUDGES, 200)), "merging"),
    "registers:merging-decide": page(_posted(JUDGES, 400), "merging"),
    "registers:merging-ask": page(SENT, "entry"),
    "registers:readings": page(get((AUDITS, 200))),
    "registers:rules": page(READ),
    "registers:rules-file": page(READ),
    "registers:rules-take": page(_posted(CHANGES_RULES, 400)),
    "registers:code": page(RULE, "register_code"),
    "registers:code-new": page(RULE, "code_list"),
    "registers:group": page(RULE, "group"),
    "registers:group-close": page(_posted(CHANGES_RULES, 302), "group"),
    "api:person-list": api(NEW),
    "api:person-detail": api(CHANGED, "person"),
    "api:person-matches": api(_posted(USES, 200)),
    "api:person-find": api(_posted(USES, 400)),
    "api:person-move": api(SENT, "person"),
    "api:person-end": api(SENT, "person"),
    "api:person-reveal": api(SENT, "person"),
    "api:person-labels": api(FORM, "person"),
    "api:person-label-end": api(_posted(SEES, 404), "api_person_label"),
    "api:household-list": api(USED | _posted(USES, 201)),
    "api:household-detail": api(CHANGED, "household"),
    "api:household-members": api(SENT, "household"),
    "api:household-member-end": api(_posted(SEES, 404), "api_member"),
    "api:household-end": api(_posted(SEES, 204), "household"),
    "api:dwelling-list": api(NEW),
    "api:dwelling-detail": api(CHANGED, "dwelling"),
    "api:dwelling-labels": api(FORM, "dwelling"),
    "api:dwelling-label-end": api(_posted(SEES, 404), "api_dwelling_label"),
    "api:dwelling-end": api(_posted(SEES, 409), "dwelling"),
    "api:building-list": api(USED),
    "api:building-detail": api(SEEN, "building"),
    "api:building-section": api(SEEN, "building"),
    "api:organization-list": api(NEW),
    "api:organization-detail": api(CHANGED, "organization"),
    "api:organization-reveal": api(SENT, "organization"),
    "api:organization-end": api(_posted(SEES, 204), "organization"),
    "api:merging-list": api(NEW),
    "api:merging-detail": api(get((JUDGES, 200)), "merging"),
    "api:merging-decide": api(_posted(JUDGES, 400), "merging"),
    "api:register-reading-list": api(get((AUDITS, 200))),
    "api:code-list-list": api(CODES),
    "api:code-list-detail": api(CODES, "api_code_list"),
    "api:register-code-list": api(CODES | _posted(CHANGES_RULES, 404)),
    "api:register-code-detail": api(
        CODES | {"PATCH": Says(((CHANGES_RULES, 200),), body=nothing)},
        "register_code",
    ),
    "api:sensitive-group-list": api(RULES | _posted(CHANGES_RULES, 405)),
    "api:sensitive-group-detail": api(
        RULES | {"PATCH": Says(((CHANGES_RULES, 200),), body=nothing)}, "group"
    ),
    "api:sensitive-group-close": api(_posted(CHANGES_RULES, 204), "group"),
}

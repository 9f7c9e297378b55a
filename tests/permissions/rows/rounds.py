"""The one box, and the page of somebody's own cells."""

from tests.permissions.rows.finding import SEARCHES
from tests.permissions.rows.registers import SEES, nothing
from tests.permissions.table import (
    GRID,
    STEWARDS,
    Row,
    api,
    both,
    get,
    page,
    post,
)

# Whoever works on cases, and who keeps the registers without.
FINDS = both(SEARCHES["own"] | STEWARDS)
ROUND = both(GRID | {"community_worker", "outsider_worker"})

ROWS: dict[str, Row] = {
    # What was sent is no number: it goes into the address.
    "finding:page": page(get((FINDS, 200)) | post((FINDS, 302), body=nothing)),
    "api:find": api(get((FINDS, 200)) | post((FINDS, 400), body=nothing)),
    "rounds:mine": page(get((ROUND, 200))),
    "rounds:visit-add": page(post((ROUND, 400), body=nothing)),
    "rounds:visits": page(get((SEES, 200)), "entry"),
    "api:rounds": api(get((ROUND, 200))),
    "api:visits": api(post((ROUND, 400), body=nothing)),
}

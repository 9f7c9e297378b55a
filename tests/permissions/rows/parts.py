"""City parts: the register, one of them, how much of it was looked at."""

from tests.permissions.table import (
    ADMINISTRATORS,
    PEOPLE,
    STEWARDS,
    Row,
    api,
    both,
    get,
    page,
)

WORKS = both(PEOPLE - STEWARDS - ADMINISTRATORS - {"volunteer", "nobody"})

ROWS: dict[str, Row] = {
    "parts:list": page(get((WORKS, 200), rest=403)),
    "parts:coverage": page(get((WORKS, 200), rest=403)),
    # The site of the walk has no parts: none is there for anybody.
    "parts:one": page(get((WORKS, 404), rest=403), "part"),
    "api:part-register-list": api(get((WORKS, 200), rest=403)),
    "api:part-register-coverage": api(get((WORKS, 200), rest=403)),
    "api:part-register-detail": api(get((WORKS, 404), rest=403), "part"),
}

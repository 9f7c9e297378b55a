"""What is used outdoors besides reports: tasks, surveys, patrols, own choices, and
complaints about the system.
"""

from typing import Any
from uuid import uuid4

from tests.permissions.table import (
    ADMINISTRATORS,
    ALL,
    DESK,
    EVERYBODY,
    HAS_TASKS,
    PEOPLE,
    REPORTERS,
    STEWARDS,
    Row,
    Sides,
    api,
    both,
    get,
    page,
    post,
)

WORKS = both(PEOPLE - STEWARDS - ADMINISTRATORS - {"volunteer", "nobody"})
PLANS = both(DESK | {"outsider", "supervisor", "leader"})
# The survey and the patrol of each side, on the ground of its first community.
SEES: Sides = {
    "own": DESK
    | {"grid_worker", "other_worker", "community_worker"}
    | {"supervisor", "leader", "inspector"},
    "foreign": frozenset(
        {"outsider", "outsider_worker", "supervisor", "leader", "inspector"}
    ),
}
GOES: Sides = {
    "own": frozenset({"grid_worker", "other_worker", "community_worker", "inspector"}),
    "foreign": frozenset({"outsider_worker", "inspector"}),
}
# Of whose unit it is; the desk of the district is none of them.
MADE: Sides = {"own": DESK, "foreign": frozenset({"outsider"})}
# The worker of each side said it; who runs the system reads and answers it.
ANSWERS = both(frozenset({"system", "supervisor", "leader"}))
SAID: Sides = {
    "own": frozenset({"grid_worker"}) | ANSWERS["own"],
    "foreign": frozenset({"outsider_worker"}) | ANSWERS["foreign"],
}


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def answers(world: Any, side: str) -> dict[str, Any]:
    return {"f1": "yes"}


def answers_of_api(world: Any, side: str) -> dict[str, Any]:
    return {"answers": {"f1": "yes"}}


def cell(world: Any, side: str) -> dict[str, Any]:
    return {"cell": world.cases[side].cell.code, "uuid": str(uuid4())}


def answer(world: Any, side: str) -> dict[str, Any]:
    return {"answer": "已改"}


ROWS: dict[str, Row] = {
    "cases:task-others": page(get((HAS_TASKS, 200), rest=403)),
    "api:tasks": api(get((HAS_TASKS, 200), rest=403)),
    "cases:big-type": page(post((EVERYBODY, 302), body=nothing)),
    "api:own-choices": api(ALL | {"PUT": post((EVERYBODY, 200), body=nothing)["POST"]}),
    # What a code is of: none has this one.
    "cases:report-code": page(get((REPORTERS, 404), rest=403)),
    "api:codes": api(get((REPORTERS, 404), rest=403)),
    # Surveys.
    "surveys:list": page(get((WORKS, 200), rest=403)),
    "surveys:new": page(
        get((PLANS, 200), rest=403) | post((PLANS, 422), rest=403, body=nothing)
    ),
    "surveys:one": page(get((GOES, 200), (SEES, 302)), "survey"),
    "surveys:results": page(get((SEES, 200)), "survey"),
    "surveys:end": page(post((MADE, 302), (SEES, 403), body=nothing), "survey"),
    "surveys:item": page(
        get((SEES, 200)) | post((GOES, 302), (SEES, 403), body=answers), "survey_item"
    ),
    "surveys:untick": page(post((GOES, 302), (SEES, 403), body=nothing), "survey_item"),
    "surveys:fault": page(post((GOES, 302), (SEES, 403), body=nothing), "survey_item"),
    "surveys:photo": page(get(), "survey_photo"),
    "surveys:thumb": page(get(), "survey_photo"),
    "api:survey-list": api(
        get((WORKS, 200), rest=403) | post((PLANS, 400), rest=403, body=nothing)
    ),
    "api:survey-detail": api(
        get((SEES, 200), (both(PEOPLE - WORKS["own"]), 403)), "survey"
    ),
    "api:survey-progress": api(
        get((SEES, 200), (both(PEOPLE - WORKS["own"]), 403)), "survey"
    ),
    "api:survey-things": api(
        get((SEES, 200), (both(PEOPLE - WORKS["own"]), 403)), "survey"
    ),
    "api:survey-tick": api(
        post(
            (GOES, 200),
            (SEES, 403),
            (both(PEOPLE - WORKS["own"]), 403),
            body=answers_of_api,
        ),
        "survey_item",
    ),
    "api:survey-end": api(
        post(
            (MADE, 200), (SEES, 403), (both(PEOPLE - WORKS["own"]), 403), body=nothing
        ),
        "survey",
    ),
    # Patrols.
    "patrols:list": page(get((WORKS, 200), rest=403)),
    "patrols:new": page(
        get((PLANS, 200), rest=403) | post((PLANS, 422), rest=403, body=nothing)
    ),
    "patrols:one": page(get((SEES, 200)), "patrol"),
    "patrols:tick": page(post((GOES, 302), body=cell), "patrol"),
    "patrols:end": page(post((MADE, 302), (SEES, 403), body=nothing), "patrol"),
    "api:patrol-list": api(
        get((WORKS, 200), rest=403) | post((PLANS, 400), rest=403, body=nothing)
    ),
    "api:patrol-detail": api(
        get((SEES, 200), (both(PEOPLE - WORKS["own"]), 403)), "patrol"
    ),
    "api:patrol-coverage": api(
        get((SEES, 200), (both(PEOPLE - WORKS["own"]), 403)), "patrol"
    ),
    "api:patrol-ticks": api(
        post((GOES, 200), (both(PEOPLE - WORKS["own"]), 403), body=cell), "patrol"
    ),
    "api:patrol-end": api(
        post(
            (MADE, 200), (SEES, 403), (both(PEOPLE - WORKS["own"]), 403), body=nothing
        ),
        "patrol",
    ),
    # Complaints and suggestions.
    "feedback:list": page(ALL),
    "feedback:new": page(ALL | post((EVERYBODY, 422), body=nothing)),
    "feedback:one": page(get((SAID, 200)), "feedback"),
    "feedback:answer": page(post((ANSWERS, 302), (SAID, 403), body=answer), "feedback"),
    "feedback:screenshot": page(get(), "feedback"),
    "api:feedback-list": api(ALL | post((EVERYBODY, 400), body=nothing)),
    "api:feedback-detail": api(get((SAID, 200)), "feedback"),
    "api:feedback-reply": api(
        post((ANSWERS, 200), (SAID, 403), body=answer), "feedback"
    ),
}

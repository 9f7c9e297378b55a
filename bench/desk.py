"""What the desk's pages cost, among few cases and among a million.

The first screen as it opens and with a case in it, all cases of the street, what is
most pressing, page 200, a search by words, and the review of the closed. The budget of
queries is the first screen's; what the others ask is printed.
"""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from bench import lib

lib.set_up("desk")

from accounts.models import User  # noqa: E402
from bench import crowd  # noqa: E402
from cases.intake import report  # noqa: E402
from tests.sites import package  # noqa: E402
from workflow.models import Category  # noqa: E402

Address = Callable[[User], str]
QUERIES = 15
FIRST = "the first screen"
FAR = 200  # pages on


def opened(user: User) -> str:
    """Of a case as it is told: those that fill the database have no events."""
    worker = User.objects.get(username="grid_worker")
    category = Category.objects.get(code="06010", kind="event").pk
    evidence = {"category": category, "place": list(package.inside(1, 1, 1))}
    case, _event = report(by=worker, uuid=uuid4(), evidence=evidence)
    return f"/desk/?case={case.uuid}"


def far(user: User) -> str:
    after = crowd.last_before_page(user, FAR)
    place = f"&before={after.uuid}" if after else ""
    return f"/desk/?view=all{place}"


def fixed(address: str) -> Address:
    return lambda user: address


PAGES: dict[str, tuple[str, Address]] = {
    FIRST: ("desk", fixed("/desk/")),
    "with a case open": ("desk", opened),
    "all cases": ("desk", fixed("/desk/?view=all")),
    "the most pressing": ("desk", fixed("/desk/?sort=due")),
    f"page {FAR}": ("desk", far),
    "a search": ("desk", fixed("/desk/?view=all&q=B0000005000")),
    "the review": ("supervisor", fixed("/review/?view=all")),
}
WORKS = {
    title: partial(crowd.reading, name, address)
    for title, (name, address) in PAGES.items()
}


def main() -> None:
    costs = crowd.compare(__doc__, WORKS)
    queries = costs[FIRST][1].queries
    ratio = crowd.worst_ratio(costs)
    lib.conclude(
        "desk",
        f"{queries} queries; worst ratio {ratio:.2f}",
        f"{QUERIES} queries; ratio {crowd.RATIO}",
        within=queries <= QUERIES and ratio <= crowd.RATIO,
    )


if __name__ == "__main__":
    main()

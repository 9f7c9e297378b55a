"""What a list of 50 cases and a map query cost, among few cases and among a million.

Through the whole of the API, as the people who see most and least of them: the first
page, page 200, and the points of a map. Signalen, the nearest peer, was measured on
another day on a machine like ours (377 queries and 560 ms of Python for a list of 50):
it cannot run here, so no ratio to it is claimed.
"""

from functools import partial

from bench import lib

lib.set_up("list")

from accounts.models import User  # noqa: E402
from bench import crowd  # noqa: E402
from govmap.lib.paging import cursor_of  # noqa: E402

QUERIES, CPU = 8, 40.0
FAR = 200  # pages on


def first(user: User) -> str:
    return f"/api/v1/cases/?limit={crowd.PAGE}"


def far(user: User) -> str:
    after = crowd.last_before_page(user, FAR)
    place = f"&after={cursor_of(after.pk)}" if after else ""
    return f"/api/v1/cases/?limit={crowd.PAGE}{place}"


def around(user: User) -> str:
    """The points of one screen: ten cells by ten, about a square kilometre."""
    west, south = crowd.EAST + 0.02, 39.91
    box = f"{west},{south},{west + 0.01},{south + 0.01}"
    return f"/api/v1/cases/geojson/?limit=500&phase=resolve&bbox={box}"


PAGES = {"list of 50": first, f"page {FAR}": far, "map query": around}
WORKS = {
    f"{what}, {title}": partial(crowd.reading, name, address)
    for what, address in PAGES.items()
    for name, title in crowd.WHO.items()
}


def main() -> None:
    costs = crowd.compare(__doc__, WORKS)
    large = [many for title, (_few, many) in costs.items() if "map" not in title]
    queries, cpu = max(c.queries for c in large), max(c.cpu for c in large)
    ratio = crowd.worst_ratio(costs)
    lib.conclude(
        "list",
        f"{queries} queries, {cpu:.1f} ms CPU; worst ratio {ratio:.2f}",
        f"{QUERIES} queries, {CPU:.0f} ms; ratio {crowd.RATIO}",
        within=queries <= QUERIES and cpu <= CPU and ratio <= crowd.RATIO,
    )


if __name__ == "__main__":
    main()

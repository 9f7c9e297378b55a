"""What taking one report costs, among few cases and among a million.

Once as every door calls it, in this process; once through the whole of the API as a
signed-in client. Signalen, the nearest peer, was measured on another day on a machine
like ours (46 queries and 52 ms of Python for a report): it cannot run here, so no ratio
to it is claimed.
"""

import itertools
from collections.abc import Iterator
from uuid import uuid4

from bench import lib

lib.set_up("intake")

from accounts.models import User  # noqa: E402
from bench import crowd  # noqa: E402
from cases.intake import report  # noqa: E402
from tests.sites import package  # noqa: E402
from workflow.models import Category  # noqa: E402

QUERIES, CPU = 20, 15.0


def places() -> Iterator[list[float]]:
    return itertools.cycle(
        list(package.inside(1, 1, number)) for number in (1, 2, 3, 4)
    )


def litter() -> int:
    return Category.objects.get(code="06010", kind="event").pk


def intake() -> lib.Cost:
    """Cell lookup, case, scope, event and live notice, as every door calls them."""
    worker = User.objects.get(username="grid_worker")
    category, spots = litter(), places()

    def take() -> None:
        evidence = {"category": category, "place": next(spots)}
        report(by=worker, uuid=uuid4(), evidence=evidence)

    return lib.measure(take, runs=crowd.RUNS)


def posting() -> lib.Cost:
    """The same through the API: session, person, checks and the answer too."""
    client, category, spots = crowd.client_of("grid_worker"), litter(), places()

    def send() -> None:
        body = {"uuid": str(uuid4()), "category": category, "place": next(spots)}
        answer = client.post("/api/v1/cases/", body, "application/json")
        assert answer.status_code == 201, answer.content

    return lib.measure(send, runs=crowd.RUNS)


def main() -> None:
    works = {"intake, in process": intake, "report through the API": posting}
    costs = crowd.compare(__doc__, works)
    taken, ratio = costs["intake, in process"][1], crowd.worst_ratio(costs)
    within = taken.queries <= QUERIES and taken.cpu <= CPU and ratio <= crowd.RATIO
    lib.conclude(
        "intake",
        f"{taken.queries} queries, {taken.cpu:.1f} ms CPU; worst ratio {ratio:.2f}",
        f"{QUERIES} queries, {CPU:.0f} ms; ratio {crowd.RATIO}",
        within=within,
    )


if __name__ == "__main__":
    main()

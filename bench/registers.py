"""What finding and listing cost among ten thousand people and records, and a million.

Through the whole of the application, for a street's desk and for who sees the district:
the one box by a rare and a common name, by address, text, number and phone; the lists
of 50 with each filter. No plan may go through a whole table. The import of registers,
which has a budget of its own, is measured too, unless the databases are kept.
"""

import argparse
import json
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from bench import lib

lib.set_up("registers")

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bench import crowd, registry  # noqa: E402
from tests import databases  # noqa: E402

WHO = {"desk": "a street", "steward": "the district"}
IMPORT = "bench.register_import"
IMPORT_RATIO = 8
RUNS, ROUNDS = 6, 8
LISTS = {
    "people": "/offices/people/",
    "people of a kind": "/offices/people/?kind=floating",
    "people of an age": "/offices/people/?age=80-",
    "people with a common label": "/offices/people/?label=relief",
    "people with a rare label": "/offices/people/?label=veteran",
    "people not at home": "/offices/people/?match=3",
    "people who moved away": "/offices/people/?state=away",
    "people of a unit": f"/offices/people/?unit={registry.STREET}001",
    "people of a common name": f"/offices/people/?q={registry.COMMON}",
    "households": "/offices/households/",
    "households by a rare name": f"/offices/households/?q={registry.RARE}",
    "dwellings": "/offices/dwellings/",
    "dwellings by use": "/offices/dwellings/?use=03",
    "dwellings with a hazard": "/offices/dwellings/?hazard=yes",
    "dwellings by address": f"/offices/dwellings/?q={registry.ADDRESS}",
    "organisations": "/offices/organizations/",
    "records": "/modules/construction/?view=all",
    "records by a common word": f"/modules/construction/?view=all&q={registry.WORD}",
    "records by a rare word": f"/modules/construction/?view=all&q={registry.RARE_WORD}",
}
WORDS = {
    "a rare name": registry.RARE,
    "a common name": registry.COMMON,
    "a name of three": registry.THREE,
    "an address": registry.ADDRESS,
    "a common word": registry.WORD,
    "a rare word": registry.RARE_WORD,
    "half a company": "有限公司",
}
NUMBERS = {"a number": registry.NUMBER, "a phone": registry.PHONE}
Ask = Callable[[Client], Any]


def listed(address: str, client: Client) -> Any:
    return client.get(address)


def sent(text: str, client: Client) -> Any:
    return client.post("/find/", {"q": text})


ASKS: dict[str, Ask] = {
    **{f"find {title}": partial(listed, f"/find/?q={q}") for title, q in WORDS.items()},
    **{f"find {title}": partial(sent, q) for title, q in NUMBERS.items()},
    **{title: partial(listed, address) for title, address in LISTS.items()},
}


def cost(username: str, ask: Ask) -> lib.Cost:
    client = crowd.client_of(username)

    def read() -> None:
        answer = ask(client)
        assert answer.status_code == 200, answer.content[:500]

    return lib.measure(read, runs=RUNS, warm=2)


def scanned(username: str, ask: Ask) -> set[str]:
    """The large tables that any statement of this page goes through as a whole."""
    client, seen = crowd.client_of(username), []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.lstrip("( ").upper().startswith("SELECT"):
            seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask(client)
    found: set[str] = set()
    with connection.cursor() as cursor:
        for sql, params in seen:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0]
            whole = json.loads(plan) if isinstance(plan, str) else plan
            found |= _scans(whole[0]["Plan"])
    return found & set(registry.TABLES)


def _scans(plan: dict[str, Any]) -> set[str]:
    own = {plan["Relation Name"]} if plan["Node Type"].endswith("Seq Scan") else set()
    return own.union(*(_scans(part) for part in plan.get("Plans", ())))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=registry.MANY)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="those whose title holds this")
    parser.add_argument("--keep", action="store_true", help="leave the databases")
    parser.add_argument("--kept", action="store_true", help="measure those left")
    parser.add_argument("--without-import", action="store_true")
    return parser.parse_args()


def imported() -> bool:
    """Whether the import of 100,000 rows keeps its budget; said in a line."""
    if find_spec(IMPORT) is None:
        return True
    databases.use(settings.SERVING_URL, databases.NAME)
    ratio = import_module(IMPORT).measure()
    print(f"register import: {ratio:.1f} (budget {IMPORT_RATIO})")
    return bool(ratio <= IMPORT_RATIO)


def main() -> None:
    asked = options()
    few, many = databases.NAME, f"{databases.NAME}_many"
    print(lib.describe_machine())
    if not asked.kept:
        registry.make()
        registry.fill(few, 1, registry.FEW)
        databases.recreate(many, few)
        registry.fill(many, registry.FEW + 1, asked.many)
    works = {
        f"{title}, {whose}": (name, ask)
        for title, ask in ASKS.items()
        for name, whose in WHO.items()
        if asked.only in title
    }
    databases.use(settings.SERVING_URL, many)
    whole = {title: found for title, work in works.items() if (found := scanned(*work))}
    costs = crowd.in_turn(
        {title: partial(cost, *work) for title, work in works.items()},
        few,
        many,
        asked.rounds,
    )
    for title, (small, large) in costs.items():
        print(f"{title}, ratio {large.wall / small.wall:.2f}")
        print(f"  {registry.FEW:>9,} {small}\n  {asked.many:>9,} {large}")
    for title, tables in whole.items():
        print(f"{title}: goes through the whole of {', '.join(sorted(tables))}")
    is_quick = True
    if not (asked.keep or asked.kept):
        databases.drop(many)
        # Into the smaller one, which is dropped after.
        is_quick = asked.without_import or imported()
        databases.drop()
    ratio = crowd.worst_ratio(costs)
    lib.conclude(
        "registers",
        f"{ratio:.2f}",
        str(crowd.RATIO),
        within=ratio <= crowd.RATIO and not whole and is_quick,
    )


if __name__ == "__main__":
    main()

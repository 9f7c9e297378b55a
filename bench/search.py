"""What finding an address costs among ten thousand of them, and 500,000.

Through the whole of the application, as a grid worker: the box of the map by several
kinds of text, two signs among them, and from a place back to addresses. No plan may go
through the whole register. Beside it, in the same run and database, what PostgreSQL
itself needs where nothing is understood: ``LIKE`` over the same texts, without an index
and with one of trigrams, which see nothing in two signs.
"""

import argparse
import json
from functools import partial
from typing import Any
from urllib.parse import quote

from bench import lib

lib.set_up("search")

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from bench import crowd  # noqa: E402
from layers.addresses.finding import find  # noqa: E402
from tests import databases  # noqa: E402

FEW, MANY = 10_000, 500_000
RATIO = 1.3
RUNS, ROUNDS = 8, 9
WHO = "grid_worker"
# 333 addresses to a road: doors, buildings, entrances, rooms. One road in four is a
# 胡同; each pair of signs begins four roads of a district of 1,500.
FILL = """
INSERT INTO layers_address (code, text, road, estate, number, building, place, cell)
SELECT 'B' || n, '测试区东街街道' || road || number || building || w / 3 %% 2 + 1
        || '单元' || w %% 3 + 1 || '01',
    road, '', number, building,
    ST_SetSRID(ST_MakePoint(116.4 + n %% 1000 * 5e-5, 39.9 + n / 1000 * 1e-4), 4490),
    '110109001001001'
FROM (
    SELECT n, n %% 333 AS w,
        substr('安平康宁永福寿喜和顺兴隆昌盛茂德仁义礼智', r %% 20 + 1, 1)
        || substr('桥门塔寺井庙坊园林河湖山石木花草竹松柏梅', r / 20 %% 20 + 1, 1)
        || (ARRAY['胡同', '街', '路', '巷'])[r / 400 %% 4 + 1] AS road,
        CASE WHEN n %% 333 / 24 = 7 THEN '甲' ELSE '' END
        || n %% 333 / 24 + 1 || '号院' AS number,
        n %% 333 / 6 %% 4 + 1 || '号楼' AS building
    FROM generate_series(%(from)s, %(to)s) AS n, LATERAL (SELECT n / 333 AS r) AS of
) AS made
"""
TEXTS = {
    "a whole address": "宁桥胡同甲8号院3号楼2单元101",
    "in another order, in words": "101室 二单元 三号楼 宁桥胡同甲八号",
    "in full width": "测试区宁桥胡同甲８号院３号楼２单元１０１",
    "more than there is": "宁桥胡同甲8号院3号楼2单元909",
    "a road and a door": "永桥胡同5号",
    "a door in many roads": "甲8号院",
    "two signs of a road": "福桥",
    "two signs in every fourth": "胡同",
    "two signs of a number": "5号",
    "a sign wrong": "永乔胡同5号",
    "a name that is none": "无名大道5号",
}
PLACE = "lon=116.4101&lat=39.9003"
ADDRESSES = {
    **{title: f"/map/search/?q={quote(text)}" for title, text in TEXTS.items()},
    "from a place back": f"/api/v1/addresses/at/?{PLACE}",
}
PEER = {"a whole address": "宁桥胡同甲8号院3号楼2单元101", "two signs": "智草"}


def fill(name: str, first: int, total: int) -> None:
    databases.use(settings.SERVING_URL, name)
    with connection.cursor() as cursor:
        for begin in range(first, total + 1, 50_000):
            end = min(begin + 49_999, total)
            cursor.execute(FILL, {"from": begin, "to": end})
    databases.use(settings.OWNER_URL, name)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE layers_address")


def cost(address: str) -> lib.Cost:
    return crowd.reading(WHO, lambda user: address)


def scanned(address: str) -> bool:
    """Whether any statement of this page goes through the whole register."""
    client, seen = crowd.client_of(WHO), []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if "layers_address" in sql and "layers_addressalias" not in sql:
            seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        client.get(address)
    with connection.cursor() as cursor:
        for sql, params in seen:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0]
            if "Seq Scan" in (plan if isinstance(plan, str) else json.dumps(plan)):
                return True
    return False


def like(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, text FROM layers_address WHERE text LIKE %s LIMIT 12",
            [f"%{text}%"],
        )
        cursor.fetchall()


def peers(name: str) -> None:
    """What the same rows cost without understanding; the database alone, no page."""
    databases.use(settings.OWNER_URL, name)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS bench_trigrams")
    works: list[tuple[str, Any]] = [("find, of ours", find), ("LIKE", like)]
    for title, text in PEER.items():
        for what, work in works:
            print(f"  {title}, {what}: {lib.measure(partial(work, text), runs=5)}")
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(
            "CREATE INDEX bench_trigrams ON layers_address"
            " USING gin (text gin_trgm_ops)"
        )
        cursor.execute("VACUUM ANALYZE layers_address")
    for title, text in PEER.items():
        measured = lib.measure(partial(like, text), runs=5)
        print(f"  {title}, LIKE with an index of trigrams: {measured}")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="those whose title holds this")
    parser.add_argument("--keep", action="store_true", help="leave the databases")
    parser.add_argument("--kept", action="store_true", help="measure those left")
    return parser.parse_args()


def main() -> None:
    asked = options()
    few, many = databases.NAME, f"{databases.NAME}_many"
    print(lib.describe_machine())
    if not asked.kept:
        lib.make_site()
        fill(few, 1, FEW)
        databases.recreate(many, few)
        fill(many, FEW + 1, asked.many)
    chosen = {title: one for title, one in ADDRESSES.items() if asked.only in title}
    databases.use(settings.SERVING_URL, many)
    whole = [title for title, one in chosen.items() if scanned(one)]
    works = {title: partial(cost, one) for title, one in chosen.items()}
    costs = crowd.in_turn(works, few, many, asked.rounds)
    for title, (small, large) in costs.items():
        print(f"{title}, ratio {large.wall / small.wall:.2f}")
        print(f"  {FEW:>9,} addresses {small}\n  {asked.many:>9,} addresses {large}")
    print(f"beside it, among {asked.many:,} addresses:")
    peers(many)
    for title in whole:
        print(f"{title}: goes through the whole register")
    if not (asked.keep or asked.kept):
        databases.drop(many)
        databases.drop()
    ratio = crowd.worst_ratio(costs)
    lib.conclude(
        "search", f"{ratio:.2f}", str(RATIO), within=ratio <= RATIO and not whole
    )


if __name__ == "__main__":
    main()

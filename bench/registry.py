"""Invented registers and records, by the thousand or the million: what benches read.

Everybody lives behind a door of a house of a community; one street is a seventeenth of
the district. What is common fills a page among ten thousand and among a million, for a
street and for the district; what is rare is as often in either: pages of one size are
compared. One record of ten holds the common word. No number is anybody's.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from accounts.models import Membership, Unit, User
from accounts.roles import Role
from bench import lib
from govmap.lib.sealed import keyed_hash
from offices.models import Person, RecordKey
from tests import databases
from tests.offices import modules

FEW, MANY = 10_000, 1_000_000
STREET = "110109001"
COMMON, RARE, THREE = "王伟", "钮祜", "李丹安"
WORD, RARE_WORD = "修缮", "琉璃"
ADDRESS = "第1大街12号"
NUMBER, PHONE = "11999919800517001X", "13911112222"
# Tables without whose indexes and foreign keys the ground is filled.
TABLES = (
    *("offices_building", "offices_dwelling", "offices_person", "offices_residence"),
    *("offices_household", "offices_member", "offices_label", "offices_organization"),
    *("offices_record", "offices_recordkey", "offices_recorddue"),
)
UNITS = """
INSERT INTO accounts_unit (code, name, name_en, kind, parent_id)
SELECT '110109' || lpad(n::text, 3, '0'), '第' || n || '街道', '', 'street', p.id
FROM generate_series(3, 17) n, accounts_unit p WHERE p.code = '110109';
INSERT INTO accounts_unit (code, name, name_en, kind, parent_id)
SELECT s.code || lpad(n::text, 3, '0'), s.name || n || '社区', '', 'community', s.id
FROM accounts_unit s, generate_series(3, 15) n WHERE s.kind = 'street'
"""
# A hundred people to a house, forty doors, five to two doors.
FILL = """
CREATE TEMP TABLE ground AS
SELECT id AS community_id, parent_id AS street_id, row_number() OVER (ORDER BY code) - 1
    AS n, count(*) OVER () AS of FROM accounts_unit WHERE kind = 'community';
INSERT INTO offices_building (id, uuid, state, address, community_id, street_id, source,
    source_key, created_at, changed_at, name, address_code, layer_code, feature_key,
    floors_below)
SELECT b, gen_random_uuid(), 'here', '第' || b / 50 || '大街' || b %% 50 || '号',
    community_id, street_id, '', '', now(), now(), '', 'B' || b, '', '', 0
FROM generate_series(%(house)s, %(total)s / 100) b JOIN ground ON n = b %% of;
INSERT INTO offices_dwelling (id, uuid, state, address, community_id, street_id, source,
    source_key, created_at, changed_at, building_id, unit, floor, room, use, is_empty,
    is_rented, rent_use, hazard, owner_name)
SELECT b.id * 40 + d, gen_random_uuid(), 'here', b.address || d / 20 || '单元' || d,
    b.community_id, b.street_id, '', '', now(), now(), b.id, d / 20 || '单元',
    d %% 20 / 4, (101 + d)::text,
    CASE WHEN d = 0 OR b.id <= 100 AND d %% 4 = 0 THEN '03' ELSE '01' END, false,
    d %% 4 = 0, '', CASE WHEN b.id %% 50 = 0 AND d = 1 OR b.id <= 100 AND d %% 4 = 1
        THEN '01' ELSE '' END, ''
FROM offices_building b, generate_series(0, 39) d
WHERE b.id >= %(house)s;
INSERT INTO offices_person (id, uuid, state, address, community_id, street_id, source,
    source_key, created_at, changed_at, kind, name, former_name, foreign_name, paper,
    number, number_hash, number_tail, phone, phone_hash, phone_tail, sex, birth, nation,
    native_place, marriage, political, education, service, occupation, workplace,
    nationality, registration_area, registration_address, match, dwelling_id,
    flow_reason, residence_kind, permit, visit_purpose, left_kind, needs, ended_on)
SELECT i, gen_random_uuid(), CASE WHEN i %% 10 = 7 THEN 'away' ELSE 'here' END,
    d.address, d.community_id, d.street_id, '', '', now(), now(),
    CASE WHEN i %% 5 = 0 THEN 'floating' ELSE 'registered' END,
    CASE WHEN i %% 100 = 3 OR i <= 10000 AND i %% 10 = 3 THEN %(common)s
        WHEN i = 777 THEN %(rare)s WHEN i <= 10000 AND i %% 100 = 8 THEN %(three)s
        ELSE substr(%(surnames)s, i %% 20 + 1, 1)
            || substr(%(given)s, i / 20 %% 30 + 1, 1)
            || substr(%(given)s, i / 600 %% 30 + 1, 1) END,
    '', '', '111', repeat('x', 120), encode(sha256(('n' || i)::bytea), 'hex'), '0011',
    repeat('x', 100), encode(sha256(('p' || i)::bytea), 'hex'), '2222',
    (i %% 2 + 1)::text, date '1935-01-01' + (i::bigint * 7919 %% 33000)::integer,
    '01', '', '20', '13', '20', '', '', '', 'CHN', '', '',
    CASE WHEN i %% 10 = 1 THEN '3' ELSE '1' END, d.id, '', '', '', '', '', '',
    CASE WHEN i %% 10 = 7 THEN date '2026-01-01' END
FROM generate_series(%(from)s, %(total)s) i
JOIN offices_dwelling d ON d.id = i * 2 / 5;
INSERT INTO offices_household (id, uuid, state, address, community_id, street_id,
    source, source_key, created_at, changed_at, number, kind, head_id, dwelling_id)
SELECT i, gen_random_uuid(), 'here', p.address, p.community_id, p.street_id, '', '',
    now(), now(), 'H' || i, 'family', i, p.dwelling_id
FROM generate_series(%(from)s, %(total)s) i JOIN offices_person p ON p.id = i
WHERE i %% 3 = 0;
INSERT INTO offices_member (household_id, person_id, relation, since)
SELECT i - i %% 3, i, CASE WHEN i %% 3 = 0 THEN '02' ELSE '20' END, '2010-01-01'
FROM generate_series(greatest(%(from)s, 3), %(total)s) i;
INSERT INTO offices_residence (person_id, dwelling_id, since, tenure)
SELECT i, i * 2 / 5, '2010-01-01', '' FROM generate_series(%(from)s, %(total)s) i;
INSERT INTO offices_label (person_id, code_id, basis, since, checked)
SELECT i, c.id, '', '2020-01-01', 'checked' FROM generate_series(%(from)s, %(total)s) i
JOIN offices_code c
    ON c.code = CASE WHEN i <= 10000 AND i %% 1000 = 10 THEN 'veteran' ELSE 'relief' END
JOIN offices_codelist l ON l.id = c.list_id AND l.code = 'label' WHERE i %% 10 = 0;
INSERT INTO offices_organization (id, uuid, state, address, community_id, street_id,
    source, source_key, created_at, changed_at, name, short_name, code, kind, industry,
    phone, phone_hash, phone_tail, has_party, has_union, attention, hazard)
SELECT i, gen_random_uuid(), 'here', d.address, d.community_id, d.street_id, '', '',
    now(), now(), substr(%(surnames)s, i %% 20 + 1, 1)
        || substr(%(given)s, i / 20 %% 30 + 1, 1) || i || '商贸有限公司', '',
    'C' || i, '04', '', '', '', '', false, false, '', ''
FROM generate_series((%(from)s + 9) / 10, %(total)s / 10) i
JOIN offices_dwelling d ON d.id = i * 4;
INSERT INTO offices_record (id, uuid, process_id, state_id, events_count, number,
    module_id, version_id, street_id, community_id, address, data, personal, sensitive,
    words, creator_id, created_at, changed_at, ended_at)
SELECT i, gen_random_uuid(), s.process_id, s.id, 1, 'M' || lpad(i::text, 12, '0'), m.id,
    m.published_id, g.street_id, g.community_id, '',
    jsonb_build_object('name', w.name, 'kind', 'small', 'workers', i %% 90),
    repeat('x', 160), '', search_form(w.name || '|' || w.permit), u.id,
    now(), now(), CASE WHEN s.phase = 'done' THEN now() END
FROM generate_series(%(from)s, %(total)s) i
CROSS JOIN LATERAL (SELECT CASE WHEN i %% 10 = 4 THEN %(word)s WHEN i = 888
    THEN %(rare_word)s ELSE '外立面' END || '工程第' || i || '标段' AS name,
    '建' || i::bigint * 7919 %% 1000003 AS permit) w
JOIN ground g ON g.n = i %% g.of
JOIN offices_module m ON m.code = 'construction'
JOIN accounts_user u ON u.username = 'grid_worker'
CROSS JOIN LATERAL (SELECT id, process_id, phase FROM workflow_state
    WHERE process_id = (SELECT max(id) FROM workflow_process WHERE code = 'construction'
        AND kind = 'record')
    ORDER BY (phase = 'done') = (i <= %(total)s - 10000) DESC, "order" LIMIT 1) s;
INSERT INTO offices_recordkey (record_id, module_id, field, hash)
SELECT i, m.id, 'manager_phone', encode(sha256(('r' || i)::bytea), 'hex')
FROM generate_series(%(from)s, %(total)s) i
JOIN offices_module m ON m.code = 'construction';
INSERT INTO offices_recorddue (record_id, module_id, street_id, community_id, code,
    remind_on, due_on)
SELECT i, m.id, g.street_id, g.community_id, 'end', date '2026-01-01' + (i %% 700)::int,
    date '2026-01-08' + (i %% 700)::int
FROM generate_series(greatest(%(from)s, %(total)s - 10000), %(total)s) i
JOIN ground g ON g.n = i %% g.of JOIN offices_module m ON m.code = 'construction';
DROP TABLE ground;
"""
SIGNS = {
    "common": COMMON,
    "rare": RARE,
    "three": THREE,
    "word": WORD,
    "rare_word": RARE_WORD,
    "surnames": "李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁",
    "given": "安柏晨丹恩芳歌涵嘉凯澜明宁平清然思涛文希雅泽子若楠彤雨辰建国",
}


def make() -> None:
    """The test site with more streets, one module, and who sees a street and all."""
    lib.make_site()
    with connection.cursor() as cursor:
        cursor.execute(UNITS)
    modules.load("construction")
    district = Unit.objects.get(kind=Unit.Kind.DISTRICT)
    steward = User.objects.get(username="steward")
    post = Membership.objects.filter(user=steward).earliest("pk")
    Membership.objects.create(
        user=steward, unit=district, role=Role.SUPERVISOR, valid=post.valid
    )


def fill(name: str, first: int, total: int) -> None:
    """Entries and records numbered ``first`` to ``total``; one bears the number."""
    databases.use(settings.OWNER_URL, name)
    house = first // 100 + 1 if first > 1 else 0
    with connection.cursor() as cursor:
        with _bare(cursor):
            said = {"from": first, "total": total, "house": house}
            cursor.execute(FILL, {**said, **SIGNS})
        if first == 1:
            _numbered(cursor)
        cursor.execute("VACUUM ANALYZE")


def _numbered(cursor) -> None:  # type: ignore[no-untyped-def]
    person = Person._meta.db_table
    cursor.execute(
        f"UPDATE {person} SET number_hash = %s, phone_hash = %s WHERE id = 999",
        [keyed_hash(NUMBER), keyed_hash(PHONE)],
    )
    cursor.execute(
        f"UPDATE {RecordKey._meta.db_table} SET hash = %s WHERE record_id = 999",
        [keyed_hash(PHONE)],
    )


@contextmanager
def _bare(cursor) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """Without triggers, foreign keys and further indexes, which are made after."""
    cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
    tables = list(TABLES)
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        [tables],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique",
        [tables],
    )
    indexes = cursor.fetchall()
    for table, name, _text in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _text in indexes:
        cursor.execute(f"DROP INDEX {name}")
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for _name, text in indexes:
        cursor.execute(text)
    for table, name, text in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}')

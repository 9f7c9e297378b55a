"""The live stream: nothing missed, nothing doubled, nobody else's, nothing held."""

import asyncio
import socket
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import logout
from django.db import connection, transaction
from django.http import HttpRequest
from psycopg import sql

from cases.intake import report
from govmap.lib.env import database
from tests import databases
from tests.cases.driving import litter
from tests.sites import package
from tests.workflow.streams import Stream, cookie_of, in_threads, serving, wait_until
from workflow import live
from workflow.engine import act
from workflow.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(transactional_db):
    with serving() as server:
        yield server


@pytest.fixture
def listen(server, people, signed_in):
    """Open a stream as somebody."""
    opened = []

    def open_(name="desk", **how):
        how.setdefault("cookie", cookie_of(signed_in(people[name])))
        opened.append(Stream(server, **how))
        return opened[-1]

    yield open_
    for stream in opened:
        stream.close()


@pytest.fixture
def tell(people):
    """Report a case, by a commit of its own."""

    def make(name="grid_worker", street=1):
        evidence = {
            "category": litter().pk,
            "place": list(package.inside(street, 1, 1)),
        }
        return report(by=people[name], uuid=uuid4(), evidence=evidence)

    return make


def ids(messages):
    return [message.id for message in messages]


def test_a_new_case_is_heard_within_a_second(listen, tell):
    desk = listen()
    case, event = tell()
    message = desk.next(seconds=1)
    assert (message.name, message.id) == ("case", event.pk)
    assert message.data == {"id": event.pk, "kind": "case", "uuid": str(case.uuid)}


def test_two_writers_are_heard_whole_once_and_in_order(listen, tell):
    desk = listen("supervisor")

    def write(name):
        return [tell(name)[1].pk for _ in range(15)]

    written = in_threads(lambda: write("grid_worker"), lambda: write("other_worker"))
    heard = ids(desk.take(30))
    assert heard == sorted(written[0] + written[1])
    assert desk.is_silent()


def test_an_open_transaction_of_somebody_else_delays_nothing(listen, tell):
    """Ten seconds long, begun before the cases and ended after them."""
    desk = listen()
    with second_writer() as writer:
        writer.execute("UPDATE accounts_site SET code = code")
        for second in range(10):
            event = tell()[1]
            assert desk.next(seconds=1).id == event.pk
            desk.is_silent(seconds=1 if second < 9 else 0.1)
        writer.rollback()
    assert ids(listen(after=event.pk - 1).take(1)) == [event.pk]


def second_writer():
    wanted = database(settings.SERVING_URL, pool=1)
    return psycopg.connect(
        dbname=connection.settings_dict["NAME"],
        user=wanted["USER"],
        password=wanted["PASSWORD"],
        host=wanted["HOST"],
        port=wanted["PORT"] or None,
    )


def test_what_was_missed_is_heard_after_a_break(listen, tell):
    desk = listen()
    first = tell()[1]
    assert desk.next().id == first.pk
    desk.close()
    missed = [tell()[1].pk for _ in range(3)]
    again = listen(after=desk.last)
    after = tell()[1].pk
    assert ids(again.take(4)) == [*missed, after]
    assert again.is_silent()


def test_a_page_names_the_last_event_it_knew(listen, tell):
    known, new = tell()[1].pk, tell()[1].pk
    assert ids(listen(query=f"?after={known}").take(1)) == [new]


def test_a_stream_that_heard_nothing_yet_knows_where_to_resume(listen, tell):
    event = tell()[1]
    desk = listen()
    assert (desk.last, desk.is_silent()) == (event.pk, True)


def test_much_too_much_missed_is_read_anew(listen, tell, monkeypatch):
    monkeypatch.setattr(live, "MOST_MISSED", 2)
    events = [tell()[1].pk for _ in range(4)]
    desk = listen(after=events[0])
    assert desk.next().name == "reload"
    assert desk.last == events[-1]
    assert ids([tell()[1] and desk.next()]) == [Event.objects.latest("pk").pk]


def test_a_lost_listener_is_replaced_and_everybody_resumes(listen, tell):
    desk = listen()
    first = tell()[1]
    assert desk.next().id == first.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [live.LISTENER],
        )
        assert cursor.rowcount == 1
    assert desk.next() is None
    missed = tell()[1]
    again = listen(after=desk.last)
    heard = tell()[1]
    assert ids(again.take(2)) == [missed.pk, heard.pk]
    assert again.is_silent()


def test_an_event_that_nobody_was_told_of_is_found_in_the_log(
    server, tell, people, signed_in, monkeypatch
):
    """Its writer died between the two, or a pooler swallows what is told."""
    monkeypatch.setattr(live, "LOOK_EVERY", 0.2)
    desk = Stream(server, cookie_of(signed_in(people["desk"])))
    known = tell()[1]
    assert desk.next().id == known.pk
    untold = copied(known)
    assert desk.next() is None
    again = Stream(server, cookie_of(signed_in(people["desk"])), after=desk.last)
    assert ids(again.take(1)) == [untold.pk]
    again.close()


def copied(event):
    """The same once more in the log, written past whoever tells of it."""
    untold = Event.objects.get(pk=event.pk)
    untold.pk, untold.act_id, untold.seq = None, uuid4(), event.seq + 1
    untold.save(force_insert=True)
    return untold


@pytest.fixture
def away(transactional_db, monkeypatch):
    """Shut the database to everybody, as while it restarts; called again, open it."""
    name = connection.settings_dict["NAME"]
    usual = connection.settings_dict["OPTIONS"]["pool"]
    opened = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true")

    def take(pool):
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", pool)

    def reopen():
        take(usual)
        databases.run_as_owner(opened.format(sql.Identifier(name)))
        databases.disconnect()  # what the pool holds is of before

    def shut():
        take({**usual, "timeout": 1})
        databases.disconnect()
        databases.empty(name)
        return reopen

    yield shut
    reopen()


def test_a_database_that_was_away_is_taken_up_again(
    server, listen, tell, people, signed_in, away
):
    desk, cookie = listen(), cookie_of(signed_in(people["desk"]))
    told = tell()[1]
    assert desk.next().id == told.pk
    reopen = away()
    assert desk.next(seconds=20) is None
    assert Stream(server, cookie, after=desk.last).status == 503
    reopen()
    missed = tell()[1]
    assert ids(listen(cookie=cookie, after=desk.last).take(1)) == [missed.pk]


def test_who_takes_nothing_is_let_go(people, monkeypatch):
    monkeypatch.setattr(live, "TAKES_IN", 0.05)

    async def stuck(message):
        await asyncio.sleep(3600 if "body" in message else 0)

    async def chunks():
        yield b": hello"

    with pytest.raises(TimeoutError):
        asyncio.run(live._send_all(stuck, chunks()))


def test_a_page_of_another_base_is_read_anew(listen, tell):
    event = tell()[1]
    desk = listen(after=event.pk + 1000)
    assert (desk.next().name, desk.last) == ("reload", event.pk)


def test_a_change_is_told_in_less_than_a_kilobyte(listen, tell):
    listen()
    event = tell()[1]
    told = live.Message(event.pk, "case", str(event.subject_uuid))
    assert len(told.encoded) < 200


def test_a_slow_reader_is_dropped_and_resumes(listen, tell, monkeypatch):
    monkeypatch.setattr(live, "BACKLOG", 3)
    desk = listen()
    with transaction.atomic():
        # All at once at its commit, faster than any reader.
        events = [tell()[1].pk for _ in range(9)]
    while desk.next() is not None:
        pass
    again = listen(after=desk.last)
    assert ids(again.take(len([pk for pk in events if pk > desk.last])))[-1:] == [
        events[-1]
    ]
    assert again.is_silent()


def test_a_stream_tells_of_ones_own_scope_only(listen, tell, people, make_case):
    desk, foreign, all_of_it, none = (
        listen(name) for name in ("desk", "outsider", "supervisor", "audit")
    )
    here = tell()[1]
    there = tell("outsider_worker", street=2)[1]
    assert ids(desk.take(1)) == [here.pk]
    assert ids(foreign.take(1)) == [there.pk]
    assert ids(all_of_it.take(2)) == [here.pk, there.pk]
    assert all(stream.is_silent(0.2) for stream in (desk, foreign, all_of_it, none))


def test_resuming_tells_of_ones_own_scope_only(listen, tell):
    here = tell()[1]
    tell("outsider_worker", street=2)
    desk = listen(after=0)
    assert ids(desk.take(1)) == [here.pk]
    assert desk.is_silent()


def test_a_unit_hears_what_it_loses(listen, make_case, people):
    case = make_case("resolve")
    evidence = {"reason": "not_ours", "note": "不是"}
    act(case, "ask_return", by=people["handler"], act_id=uuid4(), evidence=evidence)
    handler = listen("handler")
    event = act(case, "return", by=people["dispatcher"], act_id=uuid4())
    assert handler.next().id == event.pk


@pytest.mark.parametrize("cookie", ["", "sessionid=x", "sessionid=%00", "a=[\x01]"])
def test_strangers_hear_nothing(listen, cookie):
    assert listen(cookie=cookie.replace("\x01", "{")).status == 401


def test_a_strange_cookie_beside_the_session_does_no_harm(listen, people, signed_in):
    cookie = cookie_of(signed_in(people["desk"]))
    desk = listen(cookie=f'prefs={{"a": [1]}}; {cookie}')
    assert desk.status == 200


def test_whoever_signs_out_hears_no_more(listen, tell, people, signed_in):
    client = signed_in(people["desk"])
    cookie = cookie_of(client)
    desk, another = listen(cookie=cookie), listen("desk")
    request = HttpRequest()
    request.session, request.user = client.session, people["desk"]
    logout(request)
    assert desk.next() is None
    assert listen(cookie=cookie).status == 401
    assert another.is_silent(0.2)


@pytest.mark.parametrize("said", ["x", "-1", "9" * 18, "9" * 5000, "1.5"])
def test_a_strange_place_to_resume_does_no_harm(listen, said):
    assert listen(query=f"?after={said}").status == 200


def test_only_get_is_answered(server):
    with socket.create_connection((server.host, server.port)) as link:
        link.sendall(b"POST /live/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        assert link.recv(100).startswith(b"HTTP/1.1 405")


def until(link, words):
    """What a stream sent, up to these words."""
    link.settimeout(5)
    said = b""
    while words not in said:
        said += link.recv(4096)
    return said


def held():
    """Connections that listen, and those of the pool that are out beside our own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [live.LISTENER],
        )
        (listening,) = cursor.fetchone()
    stats = connection.pool.get_stats()
    return listening, stats["pool_size"] - stats["pool_available"] - 1


def test_three_hundred_streams_hold_no_connection(server, people, signed_in, tell):
    cookie = cookie_of(signed_in(people["desk"]))
    ask = f"GET /live/ HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode()
    links = [socket.create_connection((server.host, server.port)) for _ in range(300)]
    try:
        for link in links:
            link.sendall(ask)
        wait_until(lambda: len(live.hub.watchers) == 300, seconds=30)
        # One that listens for all; the browser tests' server may have its own.
        wait_until(lambda: held() in {(1, 0), (2, 0)})
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database()"
            )
            assert cursor.fetchone()[0] <= settings.POOL_SIZE + 2
        tell()
        for link in links:
            assert b"event: case" in until(link, b"event: case")
    finally:
        for link in links:
            link.close()
    wait_until(lambda: not live.hub.watchers)

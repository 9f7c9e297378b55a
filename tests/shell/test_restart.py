"""A database that was restarted costs nobody a page."""

from django.conf import settings
from django.db import connection, connections

from tests import databases

CUT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = %s AND usename = current_user AND pid <> %s"
)


def ask(link, question: str):
    with link.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def test_a_connection_that_was_cut_is_replaced_before_it_is_used(db):
    other = connections.create_connection("default")
    own = ask(connection, "SELECT pg_backend_pid()")
    assert ask(other, "SELECT pg_backend_pid()") != own
    other.close()  # goes back to the pool, as at the end of a request
    with databases.link_as(settings.SERVING_URL) as link:
        name = connection.settings_dict["NAME"]
        assert link.execute(CUT, [name, own]).rowcount
    assert ask(other, "SELECT 1") == 1
    other.close()

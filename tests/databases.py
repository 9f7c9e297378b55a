"""Test databases: made by the owner, used as the serving role, cloned when spoilt."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from govmap.lib.env import database
from offices.modules import definition
from tests.putting_back import Snapshot
from workflow.models import process

ROOT = Path(__file__).resolve().parent.parent
NAME = settings.DATABASES["default"]["TEST"]["NAME"]
TEMPLATE = settings.DATABASES["default"]["TEST"]["TEMPLATE"]
# With every table and no row: led on by new migrations, made again when one changes.
MIGRATED = "test_govmap_migrated"
# With the test site in it; one for all that run side by side.
CLEAN = f"{NAME.removesuffix(os.environ.get('PYTEST_XDIST_WORKER', ''))}_clean"
# Any number that nothing else takes on the cluster: of two, one makes it.
MAKING = 20_180_531
# What a clean database is made from: while it stays as it is, the database is kept.
APPS = ("accounts", "workflow", "layers", "cases", "offices", "govmap")
SOURCES = (*APPS, "tests/sites")
# Of the database in use, kept as long as it is.
snapshots: dict[str, Snapshot] = {}


def link_as(url: str, name: str = "postgres") -> psycopg.Connection[Any]:
    """A connection of that role, else to no database that is made or dropped here."""
    wanted = database(url, pool=1)
    return psycopg.connect(
        dbname=name,
        user=wanted["USER"],
        password=wanted["PASSWORD"],
        host=wanted["HOST"],
        port=wanted["PORT"] or None,
        autocommit=True,
    )


def run_as_owner(*statements: sql.Composed) -> None:
    with link_as(settings.OWNER_URL) as link:
        for statement in statements:
            link.execute(statement)


def empty(name: str) -> None:
    """Let nobody into the database any more, and end who is still in it.

    A server under test holds sessions there and opens new ones. Only the serving role
    may end its own.
    """
    with link_as(settings.OWNER_URL) as link:
        found = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if found.fetchone() is None:
            return
        closed = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false")
        link.execute(closed.format(sql.Identifier(name)))
    with link_as(settings.SERVING_URL) as link:
        link.execute(
            # Waits until each is gone, 5 s at most.
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user",
            [name],
        )


def remove(name: str) -> None:
    """Drop the database with whoever is still in it."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    for last in (False, False, True):
        empty(name)
        try:
            return run_as_owner(drop)
        except psycopg.errors.ObjectInUse:
            # It was on its way in when the door was shut, and could not be seen yet.
            if last:
                raise


def recreate(name: str, template: str) -> None:
    """Make the database again from ``template``."""
    disconnect()
    remove(name)
    names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    run_as_owner(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))


def disconnect() -> None:
    connection.close()
    # Of PostgreSQL alone, so the type of any connection does not name it.
    connection.close_pool()  # type: ignore[attr-defined]


def use(url: str, name: str) -> None:
    """Point Django's connection at a database as the role of ``url``."""
    disconnect()
    wanted = database(url, pool=settings.POOL_SIZE)
    for key in ("USER", "PASSWORD", "HOST", "PORT"):
        connection.settings_dict[key] = wanted[key]
    connection.settings_dict["NAME"] = name


def digest(*folders: str) -> str:
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".json", ".csv"} and "__pycache__" not in str(
                path
            ):
                total.update(path.read_bytes())
    return total.hexdigest()


def mark_of(name: str) -> str | None:
    """What was written upon the database when it was made; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = %s",
            [name],
        )
        row = cursor.fetchone()
    return row[0] if row else None


@contextmanager
def made(name: str, mark: str, make: Callable[[], None]) -> Iterator[None]:
    """The database ``name``, made unless it is there with that mark, and held so.

    Whoever comes second waits, and finds it made.
    """
    with link_as(settings.OWNER_URL) as link:
        link.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [MAKING, name])
        use(settings.OWNER_URL, "postgres")
        if mark_of(name) != mark:
            make()
            disconnect()
            comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
            run_as_owner(comment.format(sql.Identifier(name), sql.Literal(mark)))
        yield


def make(load: Callable[[], Any]) -> None:
    """A database with the test site in it; ``load`` fills it as the serving role."""

    def filled() -> None:
        with made(MIGRATED, migrations(), _migrate):
            recreate(CLEAN, MIGRATED)
        use(settings.SERVING_URL, CLEAN)
        load()

    with made(CLEAN, digest(*SOURCES), filled):
        restore()


def migrations() -> str:
    """Each migration of ours with its digest, a line each."""
    return "\n".join(
        f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for app in APPS[:-1]
        for path in sorted((ROOT / app / "migrations").glob("*.py"))
    )


def _migrate() -> None:
    """A database that was made with fewer migrations, and no other, lacks the rest."""
    before = set((mark_of(MIGRATED) or "").splitlines())
    if not before or not before <= set(migrations().splitlines()):
        recreate(MIGRATED, TEMPLATE)
    use(settings.OWNER_URL, MIGRATED)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("grant_serving_role", verbosity=0)


def restore() -> None:
    """The database as `make` left it, used as the serving role."""
    process.forget()
    definition.forget()
    if not _put_back():
        was_kept = _forget_rows()
        recreate(NAME, CLEAN)
        if was_kept:
            keep_rows()
    use(settings.SERVING_URL, NAME)


def keep_rows() -> None:
    """Remember the rows as they are now, so that `restore` need not clone.

    It holds a connection of the owner until `drop`.
    """
    snapshots[NAME] = Snapshot(link_as(settings.OWNER_URL, NAME))


def _put_back() -> bool:
    """Whether the rows were kept and could be put back."""
    disconnect()
    if NAME not in snapshots:
        return False
    empty(NAME)
    try:
        is_back = snapshots[NAME].put_back()
    except psycopg.Error:
        # Whatever stood in the way, nothing of it is in a clone.
        return False
    if not is_back:
        return False
    opened = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true")
    run_as_owner(opened.format(sql.Identifier(NAME)))
    return True


def _forget_rows() -> bool:
    """Whether there were any."""
    if NAME not in snapshots:
        return False
    snapshots.pop(NAME).link.close()
    return True


def drop(name: str = NAME) -> None:
    disconnect()
    if name == NAME:
        _forget_rows()
    remove(name)

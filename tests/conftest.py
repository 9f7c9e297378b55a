"""Fixtures: a small site in a real PostGIS, people by role, cases by phase."""

import gc
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client, TransactionTestCase, override_settings
from django.utils import translation
from django.utils.crypto import get_random_string

from accounts.models import User
from tests import databases
from tests.sites import package

STREET_PROCESS = (
    Path(__file__).parent.parent / "govmap" / "demo" / "processes" / "street.json"
)


# What is imported stays. The collector would look through it again and again, which
# is a tenth of the suite's time.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test site's package, as written to a folder."""
    return package.write(tmp_path_factory.mktemp("site"), process=STREET_PROCESS)


@pytest.fixture(scope="session", autouse=True)
def var_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos, tiles and uploads of a test never land among the real ones."""
    folder = tmp_path_factory.mktemp("var")
    settings.VAR = folder
    settings.MEDIA_ROOT = folder / "media"
    return folder


@pytest.fixture(scope="session", autouse=True)
def static_files_as_they_lie(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """A page names its files without hashes: nothing has to be collected first.

    Nor is anything that was: each client of a test would look through all of it.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
    ):
        yield


@pytest.fixture(autouse=True)
def the_sites_language() -> Iterator[None]:
    """Each test begins in it: a request leaves the thread in its person's own."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    site_folder: Path,
    var_folder: Path,
) -> Iterator[None]:
    def load() -> None:
        call_command("load_site", str(site_folder), stdout=io.StringIO())

    with django_db_blocker.unblock():
        databases.make(load)
        databases.keep_rows()
    yield
    with django_db_blocker.unblock():
        databases.drop()


@pytest.fixture(autouse=True, scope="session")
def restore_instead_of_flush() -> Iterator[None]:
    """A test that commits leaves a spoilt database: what it wrote is put back.

    Flushing would want TRUNCATE, which the append-only tables refuse on purpose.
    """
    patch = pytest.MonkeyPatch()
    patch.setattr(
        TransactionTestCase, "_fixture_teardown", lambda _: databases.restore()
    )
    yield
    patch.undo()


@pytest.hookimpl(tryfirst=True)  # before whoever deals the groups out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests run in one process, and so do all that make the demonstration."""
    for item in items:
        folder, name = item.path.parent.name, item.path.stem
        group = folder if folder == "demo" else f"{folder}/{name}"
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group))


PEOPLE = [row["username"] for row in package._accounts()]


def _person(name: str) -> Any:
    @pytest.fixture(name=name)
    def person(db: None) -> User:
        return User.objects.get(username=name)

    return person


for _name in PEOPLE:
    globals()[f"person_{_name}"] = _person(_name)


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Everybody of the test site by user name."""
    return {user.username: user for user in User.objects.filter(is_active=True)}


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A client of that person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        return client

    return sign_in


def session_of(user: User) -> str:
    """The key of a new session of that person.

    One row; to sign in as Django does it is seventeen queries and 7 ms, and the
    tests do it by the thousand.
    """
    found = SessionStore()
    told = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    row = Session(
        session_key=get_random_string(32, VALID_KEY_CHARS),
        session_data=found.encode(told),
        expire_date=found.get_expiry_date(),
    )
    row.save(force_insert=True)
    return row.session_key


@pytest.fixture
def make_case(db: None, people: dict[str, User]) -> Callable[..., Any]:
    """A case driven to a phase by the people of its street.

    ``phase`` as in the process's data; ``state`` for one state among a phase's;
    ``street``, ``community``, ``cell`` count from 1.
    """
    from tests.cases.driving import drive

    def make(
        phase: str = "collect",
        *,
        state: str = "",
        by: str = "",
        street: int = 1,
        community: int = 1,
        cell: int = 1,
        uuid: UUID | None = None,
        **evidence: Any,
    ) -> Any:
        place = package.inside(street, community, cell)
        reporter = by or ("grid_worker" if street == 1 else "outsider_worker")
        evidence.setdefault("place", list(place))
        return drive(people, reporter, uuid or uuid4(), phase, state, evidence)

    return make


@pytest.fixture
def make_photo(db: None) -> Callable[[User], UUID]:
    """The uuid of a photo that the person has uploaded and not used yet."""
    from tests.cases.driving import photo_of

    return photo_of

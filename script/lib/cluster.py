"""The private PostgreSQL cluster, used when DATABASE_URL is not set.

It listens on a unix socket only. PostgreSQL refuses to run as root: for root it runs as
user `postgres`, for anybody else as that person. Two roles: `govmap_owner` owns and
migrates, `govmap` serves.
"""

import fcntl
import os
import pwd
import secrets
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from script.lib.console import Stop, run, say, step
from script.lib.place import DATABASE_ENV, VAR, make_var, short_hash, write_secret

LINK = VAR / "postgres"
# A socket's path may have 107 bytes, and a checkout may lie deep.
SOCKETS = Path("/tmp") / f"govmap-{short_hash(str(VAR))}"
KEEP = VAR / "cluster.keep"
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")
DATABASES = ("govmap", "template_govmap")
ROLES = {"govmap": "NOCREATEDB", "govmap_owner": "CREATEDB"}

# For 2 cores and 24 GiB shared with the application, on a disk without seek time.
SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
max_connections = 60
shared_buffers = 256MB
effective_cache_size = 8GB
work_mem = 32MB
maintenance_work_mem = 512MB
max_wal_size = 4GB
min_wal_size = 512MB
wal_compression = on
checkpoint_timeout = 15min
random_page_cost = 1.1
effective_io_concurrency = 100
# Compiling a query takes longer than our queries do.
jit = off
max_worker_processes = 8
max_parallel_workers = 2
max_parallel_workers_per_gather = 1
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 2s
log_line_prefix = '%m [%p] %u@%d '
"""

ACCESS = """\
local all {superuser} peer
local all all scram-sha-256
"""


def is_wanted() -> bool:
    return not os.environ.get("DATABASE_URL")


def bin_dir() -> Path | None:
    """The newest installed PostgreSQL, 15 or later, or the one that made the data.

    Debian keeps the real programs here; what is called initdb elsewhere in the PATH
    may be a wrapper.
    """
    made_by = LINK / "PG_VERSION"
    wanted = made_by.read_text().strip() if made_by.exists() else None
    found = {
        int(path.name): path / "bin"
        for path in Path("/usr/lib/postgresql").glob("[0-9]*")
        if (path / "bin" / "initdb").exists() and int(path.name) >= 15
    }
    if wanted:
        return found.get(int(wanted))
    if found:
        return found.get(15) or found[max(found)]
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def has_postgis() -> bool:
    programs = bin_dir()
    if programs is None:
        return False
    share = Path("/usr/share/postgresql") / programs.parent.name
    if not share.exists():
        share = Path(run([programs / "pg_config", "--sharedir"]).strip())
    return (share / "extension" / "postgis.control").exists()


def _account() -> pwd.struct_passwd:
    """Whom PostgreSQL runs as; its superuser has the same name."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.getuid())


def _as_account(program: str, *arguments: str | Path, stdin: str = "") -> str:
    programs = bin_dir()
    if programs is None:
        made_by = (LINK / "PG_VERSION").read_text().strip()
        raise Stop(
            f"{LINK} was made by PostgreSQL {made_by}, which is not installed.\n"
            f"Install postgresql-{made_by}, or move that folder away."
        )
    command: list[str | Path] = [programs / program, *arguments]
    account = _account()
    if os.geteuid() == 0:
        become = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}"]
        command = [*become, "--init-groups", *command]
    # From the root folder, because the account may not enter the checkout.
    return run(command, cwd=Path("/"), env={"HOME": account.pw_dir}, stdin=stdin)


def _sql(statements: str, *, database: str = "postgres") -> str:
    """Run statements as the superuser; answers rows without any decoration."""
    superuser = ["--host", str(SOCKETS), "--username", _account().pw_name]
    quiet = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
    stop = ["--set=ON_ERROR_STOP=1", "--dbname", database]
    return _as_account("psql", *superuser, *quiet, *stop, stdin=statements).strip()


def _can_be_entered(folder: Path) -> bool:
    """Whether the account reaches `folder`; it does not when root's home is above."""
    account = _account()
    for part in (folder, *folder.parents):
        mode = part.stat()
        if mode.st_uid == account.pw_uid:
            bit = stat.S_IXUSR
        elif mode.st_gid == account.pw_gid:
            bit = stat.S_IXGRP
        else:
            bit = stat.S_IXOTH
        if not mode.st_mode & bit:
            return False
    return True


def _make_socket_folder() -> None:
    account = _account()
    SOCKETS.mkdir(mode=0o711, exist_ok=True)
    if os.geteuid() == 0 and SOCKETS.stat().st_uid == 0:
        os.chown(SOCKETS, account.pw_uid, account.pw_gid)
    if SOCKETS.is_symlink() or SOCKETS.stat().st_uid != account.pw_uid:
        raise Stop(f"{SOCKETS} belongs to somebody else. Remove it and try again.")


def _make_cluster() -> None:
    account = _account()
    if LINK.exists():
        if LINK.stat().st_uid != account.pw_uid:
            owner = pwd.getpwuid(LINK.stat().st_uid).pw_name
            raise Stop(
                f"{LINK} belongs to {owner}. Run this as the person who made it,"
                " or move that folder away."
            )
        return
    data = LINK
    if not _can_be_entered(VAR):
        data = Path("/var/lib") / SOCKETS.name
        LINK.unlink(missing_ok=True)
        LINK.symlink_to(data)
    # Renamed only when it is whole: a setup that was killed here can be repeated.
    fresh = data.with_name(data.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(fresh, account.pw_uid, account.pw_gid)
    with step("Making the database cluster"):
        encoding = ["--encoding=UTF8", "--locale=C.UTF-8"]
        access = ["--auth-local=peer", "--auth-host=reject"]
        _as_account("initdb", "--pgdata", fresh, *encoding, *access)
        fresh.rename(data)


def _configure() -> bool:
    """Write the settings; True when a running server does not follow them yet."""
    account = _account()
    texts = {
        "govmap.conf": SETTINGS.format(sockets=SOCKETS),
        "pg_hba.conf": ACCESS.format(superuser=account.pw_name),
        "postgresql.conf": "include 'govmap.conf'\n",
    }
    changed = False
    for name, text in texts.items():
        path = LINK / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            if os.geteuid() == 0:
                os.chown(path, account.pw_uid, account.pw_gid)
            changed = True
    return changed


def is_running() -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(SOCKETS / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def start() -> None:
    """Start the cluster, made first when there is none; no harm when it runs."""
    _make_cluster()
    _make_socket_folder()
    changed = _configure()
    data = LINK.resolve()
    if not is_running():
        log = data / "server.log"
        try:
            _as_account("pg_ctl", "--pgdata", data, "--log", log, "--wait", "start")
        except Stop as error:
            end = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
            raise Stop(f"{error}\n{log} ends with:\n{end}") from error
    elif changed:
        _as_account("pg_ctl", "--pgdata", data, "reload")
        say("Some database settings changed; they apply after script/database restart.")


def stop() -> None:
    if is_running():
        _as_account("pg_ctl", "--pgdata", LINK.resolve(), "--mode=fast", "stop")


def _passwords() -> dict[str, str]:
    if not DATABASE_ENV.exists():
        return {role: secrets.token_urlsafe(24) for role in ROLES}
    lines = DATABASE_ENV.read_text().split()
    urls = [urlsplit(line.partition("=")[2]) for line in lines]
    return {url.username or "": url.password or "" for url in urls}


def make_roles_and_databases() -> None:
    """Roles, databases and extensions; writes how to reach them to var/database.env."""
    passwords = _passwords()
    statements = ["SET client_min_messages = warning;"]
    for role, attributes in ROLES.items():
        statements.append(
            f"SELECT 'CREATE ROLE {role} LOGIN' WHERE NOT EXISTS"
            f" (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec\n"
            f"ALTER ROLE {role} {attributes} PASSWORD '{passwords[role]}';"
        )
    _sql("\n".join(statements))
    for database in DATABASES:
        _make_database(database)
    _write_environment(passwords)


def _make_database(name: str) -> None:
    """Only the superuser may add extensions, so a template carries them to the tests.

    A finished one is left alone: a template that somebody is connected to cannot be
    copied, and a test run may be copying it now.
    """
    found = _sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        f" WHERE datname = '{name}'"
    )
    made_with = f"govmap: {' '.join(EXTENSIONS)}"
    if found == made_with:
        return
    with step(f"Making the database {name}"):
        _sql(
            f"SELECT 'CREATE DATABASE {name} OWNER govmap_owner' WHERE NOT EXISTS"
            f" (SELECT FROM pg_database WHERE datname = '{name}') \\gexec"
        )
        for extension in EXTENSIONS:
            _sql(f"CREATE EXTENSION IF NOT EXISTS {extension}", database=name)
        is_template = str(name.startswith("template_")).lower()
        _sql(
            f"ALTER DATABASE {name} IS_TEMPLATE {is_template};"
            f"COMMENT ON DATABASE {name} IS '{made_with}';"
        )


def _write_environment(passwords: dict[str, str]) -> None:
    host = quote(str(SOCKETS), safe="")
    roles = {"DATABASE_URL": "govmap", "DATABASE_OWNER_URL": "govmap_owner"}
    lines = [
        f"{name}=postgres://{role}:{passwords[role]}@/govmap?host={host}\n"
        for name, role in roles.items()
    ]
    if not DATABASE_ENV.exists() or DATABASE_ENV.read_text() != "".join(lines):
        write_secret(DATABASE_ENV, "".join(lines))


def migrations_state() -> str:
    """Which database this is and how far it is migrated; empty when it was never."""
    try:
        return _sql(
            "SELECT d.oid, max(m.id), count(*) FROM django_migrations m, pg_database d"
            " WHERE d.datname = current_database() GROUP BY d.oid",
            database="govmap",
        )
    except Stop:
        return ""


@contextmanager
def in_use() -> Iterator[None]:
    """Hold the cluster; afterwards stop it, unless somebody else still needs it.

    Needs it: another script that holds it, a connected client, or whoever asked for
    it to be kept by `script/database start`.
    """
    if not is_wanted():
        yield
        return
    make_var()
    with (VAR / "cluster.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield
        finally:
            _stop_unless_needed(lock.fileno())


def _stop_unless_needed(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    clients = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    if not KEEP.exists() and is_running() and _sql(clients) == "0":
        stop()

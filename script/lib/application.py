"""What the application needs before it runs: messages, tables, static files."""

import base64
import os
import secrets

from script.lib import cluster
from script.lib.console import run, step
from script.lib.libraries import python_inputs
from script.lib.place import PYTHON, ROOT, VAR, Stamp, digest, write_secret

MANAGE = ROOT / "manage.py"


def manage(*arguments: str) -> str:
    return run([PYTHON, MANAGE, *arguments], cwd=ROOT)


def make_secret_key() -> None:
    path = VAR / "secret_key"
    if not (os.environ.get("GOVMAP_SECRET_KEY") or path.exists()):
        write_secret(path, secrets.token_urlsafe(64) + "\n")


def make_personal_key() -> None:
    """The key that seals names and phones. Whoever loses it cannot read them again."""
    path = VAR / "personal_keys"
    if not (os.environ.get("GOVMAP_PERSONAL_KEYS") or path.exists()):
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        write_secret(path, key + "\n")


def prepare() -> None:
    if not MANAGE.exists():
        return
    _compile_messages()
    _migrate()
    _collect_static()


def _compile_messages() -> None:
    # Django's compilemessages would walk through .venv and node_modules as well.
    for source in (ROOT / "locale").glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        stamp = Stamp(f"messages-{source.parts[-3]}-{source.stem}", digest([source]))
        if not (stamp.is_fresh() and target.exists()):
            run(["msgfmt", "--output-file", target, source])
            stamp.write()


def _migrate() -> None:
    """Migrate, then grant the serving role its rights; both again only on a change.

    Of a database named by DATABASE_URL nothing is known, so there both always run.
    """
    code = [
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("*/management/commands/grant_serving_role.py"),
        # Models say which tables are append-only.
        *ROOT.glob("*/models.py"),
        *ROOT.glob("*/models"),
    ]
    inputs = digest(code, python_inputs())
    state = cluster.migrations_state() if cluster.is_wanted() else ""
    if state and Stamp("migrate", f"{inputs} {state}").is_fresh():
        return
    with step("Migrating the database"):
        manage("migrate", "--no-input", "--verbosity=0")
        manage("grant_serving_role")
    if cluster.is_wanted():
        Stamp("migrate", f"{inputs} {cluster.migrations_state()}").write()


def _collect_static() -> None:
    settings = [ROOT / "govmap" / "settings.py", ROOT / "govmap" / "lib" / "static.py"]
    sources = [ROOT / "static", ROOT / "package-lock.json", *settings]
    stamp = Stamp("static", digest([path for path in sources if path.exists()]))
    if stamp.is_fresh() and (VAR / "static").exists():
        return
    with step("Collecting static files"):
        manage("collectstatic", "--no-input", "--verbosity=0")
    stamp.write()

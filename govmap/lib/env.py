"""What the environment says, and what script/setup left under var/."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


class Environment:
    """The process's variables, completed by the files that script/setup wrote."""

    def __init__(self, root: Path) -> None:
        self.var = Path(os.environ.get("GOVMAP_VAR", root / "var"))
        self.written = self._read(self.var / "database.env")

    @staticmethod
    def _read(path: Path) -> dict[str, str]:
        if not path.exists():
            return {}
        lines = path.read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def get(self, name: str, default: str = "") -> str:
        return os.environ.get(name, default)

    def flag(self, name: str) -> bool:
        return self.get(name).lower() in {"1", "true", "yes", "on"}

    def words(self, name: str, default: str) -> list[str]:
        return self.get(name, default).replace(",", " ").split()

    def secret_key(self) -> str:
        """GOVMAP_SECRET_KEY, else the key that script/setup made."""
        path = self.var / "secret_key"
        if key := self.get("GOVMAP_SECRET_KEY"):
            return key
        if path.exists():
            return path.read_text().strip()
        raise SystemExit("No secret key: set GOVMAP_SECRET_KEY or run script/setup.")

    def personal_keys(self) -> list[str]:
        """GOVMAP_PERSONAL_KEYS, else those that script/setup made; the newest first.

        There is no default: who loses the keys loses the names and phones for good.
        """
        path = self.var / "personal_keys"
        keys = self.words("GOVMAP_PERSONAL_KEYS", "")
        if not keys and path.exists():
            keys = path.read_text().split()
        if keys:
            return keys
        raise SystemExit(
            "No key for personal data: set GOVMAP_PERSONAL_KEYS or run script/setup."
        )

    def database_urls(self) -> tuple[str, str]:
        """(serving, owner). An owner of its own is a second net, not a must."""
        if serving := self.get("DATABASE_URL"):
            return serving, self.get("DATABASE_OWNER_URL", serving)
        if not self.written:
            raise SystemExit("No database: set DATABASE_URL or run script/setup.")
        return self.written["DATABASE_URL"], self.written["DATABASE_OWNER_URL"]

    def mail(self) -> tuple[str, int, str, str, bool]:
        """(host, port, user, password, TLS from the start) of ``GOVMAP_MAIL_URL``,
        ``smtps://user:password@host:465`` or ``smtp://host:25``; no host: no mail."""
        parts = urlsplit(self.get("GOVMAP_MAIL_URL"))
        port = parts.port or (465 if parts.scheme == "smtps" else 25)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return parts.hostname or "", port, user, password, parts.scheme == "smtps"


def database(url: str, *, pool: int) -> dict[str, Any]:
    """Django's settings of a ``postgres://user:password@host:port/name?host=…`` URL.

    ``pool`` is the most connections one process may hold.
    """
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(query.pop("port", parts.port or "")),
        # One that a restarted database cut is replaced before somebody gets it.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **query,
            "pool": {"min_size": 1, "max_size": pool, "timeout": 20},
        },
    }


def static_folder(package: str, *parts: str) -> Path:
    """Where a Python package keeps the static files that it brings."""
    spec = find_spec(package)
    assert spec and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], "static", package, *parts)

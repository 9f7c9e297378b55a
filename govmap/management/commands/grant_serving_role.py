"""The serving role's rights, after each migration."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from psycopg import sql

from govmap.lib.env import database


class Command(BaseCommand):
    help = "Let the serving role read and write, but never rewrite what is append-only."

    def handle(self, **options: Any) -> None:
        role = database(settings.SERVING_URL, pool=1)["USER"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            if role in ("", cursor.fetchone()[0]):
                self.stdout.write("One role owns and serves: only triggers guard.")
                return
            for statement in self._statements():
                cursor.execute(statement.format(role=sql.Identifier(role)))

    def _statements(self) -> list[sql.SQL]:
        statements = [
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public"
            " TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
            "REVOKE ALL ON django_migrations FROM {role}",
            "GRANT SELECT ON django_migrations TO {role}",
        ]
        statements += [
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {model._meta.db_table} FROM {{role}}"
            for model in apps.get_models()
            if getattr(model, "append_only", False)
        ]
        return [sql.SQL(text) for text in statements]

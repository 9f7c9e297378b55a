"""The serving role's rights, after each migration."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from psycopg import sql

from govmap.lib.env import database
from govmap.lib.sealed import SealedField, sealed_models


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
        kept = [row for row in apps.get_models() if getattr(row, "append_only", False)]
        statements += [
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {model._meta.db_table} FROM {{role}}"
            for model in kept
        ]
        # A sealed text must stay what it says; by which key it is sealed may change.
        for model in sealed_models(kept):
            columns = ", ".join(
                str(field.column)
                for field in model._meta.concrete_fields
                if isinstance(field, SealedField)
            )
            statements.append(
                f"GRANT UPDATE ({columns}) ON {model._meta.db_table} TO {{role}}"
            )
        return [sql.SQL(text) for text in statements]

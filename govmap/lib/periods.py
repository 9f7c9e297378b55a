"""Spans of time that several apps need."""

from datetime import UTC, datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

# Posts that a site package gives are as old as the record can be.
SINCE_EVER = DateTimeTZRange(datetime(2000, 1, 1, tzinfo=UTC), None)

"""Moments as people write them into sheets."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime


def moment_of(text: str) -> datetime | None:
    """A moment in the site's zone; None for what is none."""
    text = text.strip().replace("/", "-").replace("年", "-").replace("月", "-")
    text = text.replace("日", " ").strip()
    try:
        if found := parse_datetime(text):
            return found if timezone.is_aware(found) else timezone.make_aware(found)
        if day := parse_date(text):
            return timezone.make_aware(datetime(day.year, day.month, day.day))
    except (ValueError, OverflowError):
        pass
    return None

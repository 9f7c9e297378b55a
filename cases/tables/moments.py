"""Moments as people write them into sheets."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime


def moment_of(text: str) -> datetime | None:
    """A moment in the site's zone; None for what is none."""
    zone = timezone.get_default_timezone()
    text = text.strip().replace("/", "-").replace("年", "-").replace("月", "-")
    text = text.replace("日", " ").strip()
    try:
        if found := parse_datetime(text):
            return found if timezone.is_aware(found) else found.replace(tzinfo=zone)
        if day := parse_date(text):
            return datetime(day.year, day.month, day.day, tzinfo=zone)
    except (ValueError, OverflowError):
        pass
    return None

"""Titles that are data: ``{"zh-hans": …, "en": …}``, falling back to Chinese."""

from typing import Any

from django.utils.translation import get_language


def localized(titles: dict[str, Any] | None) -> str:
    """The title in the reader's language."""
    if not titles:
        return ""
    language = (get_language() or "zh-hans").lower()
    return str(titles.get(language) or titles.get("zh-hans") or "")

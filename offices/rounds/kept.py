"""The page of one's own cells, as a phone has it where there is no network."""

from typing import Any

from django.urls import reverse

from cases.field.pages import keep_page
from offices.parts import goes_round


@keep_page("rounds:mine", "offices/rounds/mine.html")
def kept(user: Any) -> list[str]:
    """Without a network: the page of one's own cells, with its visits."""
    return [reverse("rounds:mine")] if goes_round(user) else []

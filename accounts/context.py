"""What every template knows of the site."""

from typing import Any

from django.http import HttpRequest

from accounts.models import Site


def site(request: HttpRequest) -> dict[str, Any]:
    """The loaded site (None before ``load_site``): one query a page."""
    return {"site": Site.objects.first()}

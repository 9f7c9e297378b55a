"""The page to try the API, and what answers where the API has no address."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from govmap.lib.errors import NotFound


@login_required
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Drawn by the sidecar's own copy of Swagger UI: no outside host is asked."""
    return render(request, "api/docs.html")


@extend_schema(exclude=True)
class NowhereView(APIView):
    """404 as the API says it; the page of that name is for people."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound

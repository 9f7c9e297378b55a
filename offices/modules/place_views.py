"""What lies where somebody puts a record on the map."""

from django.contrib.auth.decorators import login_required
from django.contrib.gis.geos import Point
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.places import describe
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.geo import SRID
from govmap.lib.pages import AuthedRequest
from offices.modules.rights import can_use_offices


@login_required
@require_GET
@never_cache
def place(request: AuthedRequest) -> HttpResponse:
    """Where ``lon``, ``lat`` lie, as a fragment."""
    if not can_use_offices(request.user):
        raise NotFound
    try:
        lon, lat = (float(request.GET[name]) for name in ("lon", "lat"))
    except (KeyError, ValueError) as error:
        raise BadInput from error
    # NaN fails every comparison, and so is refused too.
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise BadInput
    found = describe(Point(lon, lat, srid=SRID), None, request.user)
    return render(request, "cases/_report_place.html", {"place": found})

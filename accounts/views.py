"""Where somebody lands after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.roles import DESK, DISPOSES, REPORTS, SUPERVISES
from govmap.lib.pages import AuthedRequest

# The first that fits one of the person's roles: his daily page.
LANDINGS = (
    (DESK, "cases:desk"),
    (SUPERVISES, "cases:review"),
    (DISPOSES, "cases:tasks"),
    (REPORTS, "cases:report"),
)


@login_required
def home(request: AuthedRequest) -> HttpResponse:
    for roles, page in LANDINGS:
        if request.user.has_role(*roles):
            return redirect(page)
    return redirect("layers:map")

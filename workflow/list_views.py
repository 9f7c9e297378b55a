"""The list page of a kind of subjects, whatever its kind."""

from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.models import User
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow.models import Event


@method_decorator(never_cache, name="dispatch")
class SubjectsView(LoginRequiredMixin, View):
    """What somebody sees of a kind, narrowed by the address.

    A script that listens for what changes asks for the rows alone.
    """

    http_method_names = ("get", "head", "options")
    request: AuthedRequest
    page: ClassVar[str]  # the whole page
    part: ClassVar[str]  # the rows of it

    def may(self, user: User) -> bool:
        """Whether the person has to do with this kind at all."""
        raise NotImplementedError

    def found(self) -> Any:
        """A page of what the person sees (`govmap.lib.lists.ListPage`)."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """What the page needs beside the rows: choices, and what may be begun."""
        return {}

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """Raises NotAllowed (403)."""
        if not self.may(self.request.user):
            raise NotAllowed
        # Before the list is read: what happens in between is told twice, never missed.
        last = Event.objects.last_id()
        context = {"list": self.found(), "last_event": last}
        if wants_fragment(request):
            return render(request, self.part, context)
        return render(request, self.page, context | self.context())

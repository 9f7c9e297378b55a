"""A form that makes a subject: filled in outside, sent once there is a network."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.models import User
from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow.errors import ActReused
from workflow.models import PhoneClock, Transition

REFUSED = 422  # what was typed comes back with a sentence beside each field

# A phone that was offline sends later; one with a wrong clock must not date ahead.
LATEST = timedelta(days=30)
CLOCKS_DIFFER = timedelta(minutes=2)


def when_seen(said: datetime | None) -> datetime:
    """When a client says that it was seen, where that can be; else now."""
    now = timezone.now()
    return said if said is not None and now - LATEST <= said <= now else now


def how_far_off(claimed: datetime | None) -> timedelta:
    """How much the clock is ahead that says it is ``claimed`` now.

    Nothing within two minutes: sending takes a moment, and no phone is exact.
    """
    off = claimed - timezone.now() if claimed is not None else timedelta()
    return off if abs(off) > CLOCKS_DIFFER else timedelta()


def by_our_clock(written: datetime | None, claimed: datetime | None) -> datetime | None:
    """What a phone wrote whose clock now says ``claimed``, by the server's clock."""
    if written is None:
        return None
    try:
        return written - how_far_off(claimed)
    except OverflowError:  # no year that there is: as if nothing was said
        return None


def note_clock(
    user: User | None,
    act_id: UUID,
    *,
    claimed: datetime | None,
    written: datetime | None,
) -> None:
    """Keep, once for each act, that a clock was wrong; ``written`` as it said."""
    off = how_far_off(claimed)
    if off and claimed is not None:
        said = {
            **{"sender": user, "claimed_at": claimed, "written_at": written},
            "seconds_off": round(off.total_seconds()),
        }
        PhoneClock.objects.get_or_create(act_id=act_id, defaults=said)


class SendingForm(forms.Form):
    """``uuid`` names the subject and the act, so that sent twice it is one."""

    ids: ClassVar[str]  # of its fields, as "report-%s"

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    # By the phone's clock, as it is sent: before the other, which is corrected by it.
    sent_at = forms.DateTimeField(required=False)
    happened_at = forms.DateTimeField(required=False)
    written_at: datetime | None = None  # `happened_at` as the phone said it

    def __init__(
        self,
        move: Transition,
        user: User,
        data: Any = None,
        files: Any = None,
        **initial: Any,
    ) -> None:
        initial.setdefault("uuid", uuid4())
        super().__init__(data, files, auto_id=self.ids, initial=initial)
        self.move, self.user = move, user

    def clean_happened_at(self) -> datetime | None:
        """By the server's clock."""
        self.written_at = self.cleaned_data["happened_at"]
        return by_our_clock(self.written_at, self.cleaned_data.get("sent_at"))

    @property
    def minutes_off(self) -> int:
        """How much the phone's clock was ahead (or behind, below 0)."""
        off = how_far_off(self.cleaned_data.get("sent_at"))
        return round(off / timedelta(minutes=1))

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """What may be chosen in one field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def told(self, *names: str) -> dict[str, Any]:
        """What was filled in of these fields."""
        sent = self.cleaned_data
        return {name: sent[name] for name in names if sent.get(name)}

    def evidence(self) -> dict[str, Any]:
        """What the engine is given. Files that came with the form are stored first."""
        raise NotImplementedError


@method_decorator(never_cache, name="dispatch")
class SendingView(LoginRequiredMixin, View):
    """The form; a POST of it answers 201 with what was made, or 422 with what lacks."""

    http_method_names = ("get", "post", "head", "options")
    request: AuthedRequest
    errors: ClassVar[str] = "workflow/_form_errors.html"
    done: ClassVar[str]  # the template that takes the form's place

    def form(self, data: Any = None, files: Any = None) -> Any:
        """The form of the opening move. Raises MayNotAct (403)."""
        raise NotImplementedError

    def page(self, form: Any, status: int = 200) -> HttpResponse:
        raise NotImplementedError

    def make(self, form: Any) -> Any:
        """The new subject. Raises ActReused and the errors of evidence."""
        raise NotImplementedError

    def own(self) -> QuerySet[Any]:
        """What this person sent before."""
        raise NotImplementedError

    def context(self, form: Any, made: Any) -> dict[str, Any]:
        """What the template of what was made needs."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        return self.page(self.form())

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self._refused(form)
        try:
            return self._sent(form)
        except BadInput as error:
            form.add_error(None, error.text)
            return self._refused(form)

    def _sent(self, form: Any) -> HttpResponse:
        changed = False
        try:
            made = self.make(form)
        except ActReused:
            # The answer to the first sending was lost, and he changed something since.
            made = get_object_or_404(self.own(), uuid=form.cleaned_data["uuid"])
            changed = True
        note_clock(
            self.request.user,
            made.uuid,
            claimed=form.cleaned_data.get("sent_at"),
            written=form.written_at,
        )
        if not wants_fragment(self.request):
            return redirect(self.address(made.uuid))
        context = self.context(form, made) | {"changed": changed}
        return render(self.request, self.done, context, status=201)

    def address(self, uuid: UUID) -> str:
        """The page of what was made."""
        raise NotImplementedError

    def _refused(self, form: Any) -> HttpResponse:
        if not wants_fragment(self.request):
            return self.page(form, REFUSED)
        return render(self.request, self.errors, {"form": form}, status=REFUSED)


def words() -> dict[str, str]:
    """What the script of every such form says, from the one catalogue."""
    return {
        "sending": _("Sending…"),
        "photos_first": _("Photos are still on their way…"),
        "photos_left": _(
            "Not every photo could be sent. Try again beside the photo, or remove it."
        ),
        "full": _(
            "The storage of the phone is full, so this cannot be kept on it. Make room"
            " on the phone and send again; leave this page open until it is sent."
            " Nothing that was kept before is lost."
        ),
        "leave_open": _(
            "The network does not answer, and this browser keeps nothing. Leave this"
            " page open: it is sent as soon as the network is back."
        ),
    }

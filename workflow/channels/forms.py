"""The forms of channels and of the rules over them."""

import json
import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from workflow.channels import events, filling, hours, kinds, outside, pushing
from workflow.channels.errors import BadTemplate, HostNotAllowed
from workflow.models import Channel, NoticeRule
from workflow.models.channel import usual_times

CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
TRIES_MOST = 20
TIMES_MOST = 6
NAMES = " ".join(f"{{{name}}}" for name in filling.NAMES)
EXAMPLE = dict.fromkeys(filling.NAMES, "1")


# What a kind has no use for; of a new channel the kind is not known yet.
HTTP_ONLY = ("method", "shape", "headers", "body", "answer_field", "answer_value")
UNUSED = {
    Channel.Kind.MAIL: ("url", "secret", *HTTP_ONLY),
    Channel.Kind.PUSH: HTTP_ONLY,
    Channel.Kind.WEBHOOK: ("method", "shape", "body"),
}


class Styled(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if not isinstance(widget, forms.CheckboxInput):
                is_select = isinstance(widget, forms.Select)
                widget.attrs["class"] = "form-select" if is_select else "form-control"


class ChannelForm(Styled):
    """One gateway. What its kind has no use for is left as it is."""

    # Whether it must be able to send as it stands.
    to_send = True
    title = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    title_en = forms.CharField(
        label=gettext_lazy("English name"), max_length=60, required=False
    )
    headers = forms.CharField(
        label=gettext_lazy("Headers"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line, as Authorization: Bearer {secret}"),
    )
    body = forms.CharField(
        label=gettext_lazy("Body"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "Kept sealed and never shown. Empty: it stays as it is."
        ),
    )
    digest_at = forms.CharField(
        label=gettext_lazy("Times of collected messages"),
        required=False,
        max_length=60,
        initial=" ".join(usual_times()),
        help_text=gettext_lazy("As 08:30 17:00"),
    )

    class Meta:
        model = Channel
        fields = (
            *("code", "kind", "url", "method", "shape", "answer_field"),
            *("answer_value", "most_tries"),
        )
        labels = {
            "code": gettext_lazy("Code"),
            "kind": gettext_lazy("Kind"),
            "url": gettext_lazy("Address"),
            "method": gettext_lazy("Method"),
            "shape": gettext_lazy("Form of the body"),
            "answer_field": gettext_lazy("Field of the answer that says it was taken"),
            "answer_value": gettext_lazy("Its value then"),
            "most_tries": gettext_lazy("Tries at most"),
        }
        help_texts = {
            "url": gettext_lazy(
                "Its host must be among those of GOVMAP_CHANNEL_HOSTS. A web push takes"
                " mailto: and whom a push service may write to."
            ),
            "answer_field": gettext_lazy(
                "With dots between levels, as data.code; empty: its status alone."
            ),
        }

    field_order = (
        *("code", "kind", "title", "title_en", "url", "secret", "method", "shape"),
        *("headers", "body", "answer_field", "answer_value", "digest_at"),
        "most_tries",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row = kwargs.get("instance")
        if row is not None and row.pk:
            kwargs["initial"] = initial_of(row) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        method, kind = self.fields["method"], self.fields["kind"]
        assert isinstance(method, forms.TypedChoiceField)
        assert isinstance(kind, forms.TypedChoiceField)
        method.choices = [(one, one) for one in Channel.Method.values]
        kind.choices = Channel.Kind.choices
        said = _("JSON. Names that are filled in: %(names)s")
        self.fields["body"].help_text = said % {"names": NAMES}
        if row is not None and row.pk:
            self.fields["code"].disabled = self.fields["kind"].disabled = True
            for name in UNUSED.get(row.kind, ()):
                del self.fields[name]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not CODE.fullmatch(code):
            raise forms.ValidationError(
                _("Small letters, digits, - and _, beginning with a letter.")
            )
        return code

    def clean_headers(self) -> dict[str, str]:
        lines = str(self.cleaned_data["headers"]).splitlines()
        pairs = [line.partition(":") for line in lines if line.strip()]
        found = {name.strip(): text.strip() for name, _colon, text in pairs}
        row = Channel(headers=found)
        try:
            filling.headers_of(row, EXAMPLE)
        except BadTemplate as error:
            said = _("One header a line, as Name: value. Names to fill in: %(names)s")
            raise forms.ValidationError(said % {"names": NAMES}) from error
        return found

    def clean_body(self) -> Any:
        text = str(self.cleaned_data["body"]).strip()
        try:
            data = json.loads(text) if text else {}
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(
                _("This is no JSON. An example: %(example)s")
                % {"example": '{"mobile": "{phone}", "content": "{text}"}'}
            ) from error
        if names := filling.unknown(data):
            said = _("There is nothing to put in for %(name)s. Names: %(names)s")
            raise forms.ValidationError(
                said % {"name": f"{{{names[0]}}}", "names": NAMES}
            )
        return data

    def clean_digest_at(self) -> list[str]:
        words = re.split(r"[\s,，、;；]+", str(self.cleaned_data["digest_at"]).strip())
        try:
            times = sorted({hours.read_time(word) for word in words if word})
        except ValueError as error:
            raise forms.ValidationError(_("Times as 08:30 17:00.")) from error
        if len(times) > TIMES_MOST:
            raise forms.ValidationError(_("Six times a day at most."))
        return [f"{one:%H:%M}" for one in times]

    def clean_most_tries(self) -> int:
        tries = int(self.cleaned_data["most_tries"])
        if not 1 <= tries <= TRIES_MOST:
            raise forms.ValidationError(_("From 1 to 20."))
        return tries

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        kind, url = sent.get("kind", ""), str(sent.get("url", ""))
        if kind in kinds.BY_HTTP and "url" not in self.errors:
            self._check_url(url)
        if kind == Channel.Kind.PUSH and url and not url.startswith("mailto:"):
            self.add_error("url", _("Of a web push it begins with mailto:."))
        had = bool(self.instance.pk and self.instance.secret)
        unsigned = kind == Channel.Kind.WEBHOOK and not (sent.get("secret") or had)
        if unsigned and self.to_send:
            self.add_error("secret", _("A webhook is signed: it needs a secret."))
        is_form = sent.get("shape") == Channel.Shape.FORM
        if is_form and not isinstance(sent.get("body", {}), dict):
            self.add_error("body", _("A form has names and values: {…}."))
        return sent

    def _check_url(self, url: str) -> None:
        """The host is no template: whatever is filled in comes behind it."""
        try:
            parts = outside.check(url) if self.to_send else outside.parts_of(url)
            filling.fill(url, EXAMPLE)
        except HostNotAllowed as error:
            self.add_error("url", error.text)
        except BadTemplate:
            said = _("There is nothing to put in for a name. Names: %(names)s")
            self.add_error("url", said % {"names": NAMES})
        else:
            if "{" in parts.netloc:
                self.add_error("url", HostNotAllowed().text)

    def save(self, commit: bool = True) -> Channel:
        sent, row = self.cleaned_data, self.instance
        row.titles = {"zh-hans": sent["title"]}
        if sent["title_en"]:
            row.titles["en"] = sent["title_en"]
        for name in ("headers", "body", "digest_at"):
            if name in self.fields:
                setattr(row, name, sent[name])
        give_secret(row, sent.get("secret", ""))
        return super().save(commit)


class PackageChannelForm(ChannelForm):
    """One gateway of a site package, which knows neither the secret nor whom the server
    lets messages go to: both are asked for when it is put into use, and when it sends.
    """

    to_send = False


def wrong_in(row: Channel) -> str:
    """What the page's form would say of a row of a package; "" where it is right."""
    names = ("code", "kind", "url", "method", "shape", "answer_field", "answer_value")
    data = {name: getattr(row, name) for name in (*names, "most_tries")}
    errors = PackageChannelForm(data | initial_of(row), instance=row).errors
    said = {name: " ".join(map(str, some)) for name, some in errors.items()}
    return "; ".join(f"{name}: {text}" for name, text in said.items())


def give_secret(row: Channel, secret: str = "") -> None:
    """The secret, or the key that a web push makes for itself; when, is on record."""
    if not secret and not row.secret and row.kind == Channel.Kind.PUSH:
        secret = pushing.new_key()
    if secret:
        row.secret, row.secret_at = secret, timezone.now()


def initial_of(row: Channel) -> dict[str, Any]:
    return {
        "title": row.titles.get("zh-hans", ""),
        "title_en": row.titles.get("en", ""),
        "headers": "\n".join(f"{name}: {text}" for name, text in row.headers.items()),
        "body": json.dumps(row.body, ensure_ascii=False, indent=1) if row.body else "",
        "digest_at": " ".join(row.digest_at),
    }


class RuleForm(Styled):
    """What is said to whom over which channel."""

    what = forms.ChoiceField(label=gettext_lazy("What happens"), required=False)

    class Meta:
        model = NoticeRule
        fields = (
            *("what", "role", "channel", "choice", "urgent", "gathered"),
            *("quiet_from", "quiet_until"),
        )
        labels = {
            "role": gettext_lazy("Who"),
            "channel": gettext_lazy("Channel"),
            "choice": gettext_lazy("Is sent"),
            "urgent": gettext_lazy("Urgent: also in quiet hours"),
            "gathered": gettext_lazy("Collected: one message at set times"),
            "quiet_from": gettext_lazy("Quiet from"),
            "quiet_until": gettext_lazy("Quiet until"),
        }
        widgets = {
            "quiet_from": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what, role = self.fields["what"], self.fields["role"]
        assert isinstance(what, forms.ChoiceField)
        assert isinstance(role, forms.TypedChoiceField)
        names = events.known()
        now = self.instance.what
        if now and now not in names:
            names[now] = now  # of a process that is out of use
        what.choices = [("", _("every event")), *names.items()]
        role.choices = [("", _("everybody")), *Role.choices]
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ModelChoiceField)
        channel.empty_label = None

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if sent.get("urgent") and sent.get("gathered"):
            self.add_error("gathered", _("What is urgent is not collected."))
        begins, ends = sent.get("quiet_from"), sent.get("quiet_until")
        if (begins is None) != (ends is None) or (begins and begins == ends):
            self.add_error("quiet_until", _("Quiet hours have two different ends."))
        same = NoticeRule.objects.filter(
            **{name: sent.get(name) for name in ("what", "role", "channel")}
        )
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is such a rule already."))
        return sent

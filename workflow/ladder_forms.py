"""The form of one step of the ladder."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from govmap.lib.localized import localized
from workflow.ladder_loading import check
from workflow.models import LadderStep, Process, Transition
from workflow.process_words import LIMITS, PLACES
from workflow.subjects import limited

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


def who_as_text(who: list[dict[str, str]]) -> str:
    """``host:handler, district:supervisor, reporter``."""
    return ", ".join(
        one["is"]
        if "is" in one
        else ":".join(filter(None, [one["at"], one.get("role", "")]))
        for one in who
    )


# What processes usually call the units and people of a subject.
WORDS = {
    "street": gettext_lazy("street"),
    "community": gettext_lazy("community"),
    "district": gettext_lazy("district"),
    "host": gettext_lazy("host unit"),
    "assist": gettext_lazy("assisting units"),
    "reporter": gettext_lazy("reporter"),
}


def who_in_words(who: list[dict[str, str]]) -> list[str]:
    """As `who_as_text`, for who reads it; a name of the site's own as it is."""
    return [
        " · ".join(
            [
                _place(one.get("is") or one["at"]),
                *([str(Role(one["role"]).label)] if one.get("role") else []),
            ]
        )
        for one in who
    ]


def _place(name: str) -> str:
    return str(WORDS.get(name) or PLACES.get(name) or name)


KINDS = {
    "case": gettext_lazy("case files"),
    "order": gettext_lazy("hotline orders"),
    "whistle": gettext_lazy("whistles"),
    "whistle_call": gettext_lazy("called units"),
    "version": gettext_lazy("versions of layers"),
    "correction": gettext_lazy("corrections"),
    "matter": gettext_lazy("hard matters"),
    "matter_task": gettext_lazy("follow-up tasks"),
    "conference": gettext_lazy("conferences"),
    "": gettext_lazy("everything"),
}


def kind_in_words(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def moves_by_itself() -> list[Transition]:
    """The moves that processes in use let the system do where they stay."""
    rows = Process.objects.filter(in_use=True).order_by("-is_default", "code")
    return [
        move for row in rows for move in row.moves if move.auto and move.from_state_id
    ]


def verb_words() -> dict[str, str]:
    """What processes call those moves, by verb."""
    words: dict[str, str] = {}
    for move in moves_by_itself():
        words.setdefault(move.verb, move.label)
    return words


def limit_words() -> dict[str, str]:
    """What processes call their limits, by name."""
    own = {
        name: localized(told.get("label"))
        for row in Process.objects.filter(in_use=True)
        for name, told in row.limits.items()
    }
    return {name: str(words) for name, words in LIMITS.items()} | own


def names_of(kind: str) -> tuple[set[str], set[str]]:
    """What subjects of the kind (of all kinds) call their units and their people."""
    known = limited()
    models = [known[kind]] if kind in known else list(known.values())
    units = set().union(*(model.RELATED_UNITS for model in models))
    return units, set().union(*(model.RELATED_PEOPLE for model in models))


class StepForm(forms.ModelForm):
    title = forms.CharField(label=gettext_lazy("What it says"), max_length=80)
    title_en = forms.CharField(
        label=gettext_lazy("What it says in English"), max_length=80, required=False
    )
    kind = forms.ChoiceField(label=gettext_lazy("Of what"), required=False)
    who = forms.CharField(
        label=gettext_lazy("Who is told"),
        help_text=gettext_lazy(
            "Unit:role or a person, with commas between: host:handler, reporter."
        ),
        max_length=300,
        required=False,
    )

    verb = forms.ChoiceField(
        label=gettext_lazy("What the system does then"),
        help_text=gettext_lazy("Only moves that a process lets the system do."),
        required=False,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason that it gives"), required=False
    )

    class Meta:
        model = LadderStep
        fields = ("code", "kind", "name", "share", "minutes", "verb")
        labels = {
            "code": gettext_lazy("Code"),
            "name": gettext_lazy("Which limit"),
            "share": gettext_lazy("Per cent of the limit used"),
            "minutes": gettext_lazy("or minutes after it is due"),
        }
        help_texts = {
            "name": gettext_lazy("Its name in the process, as disposal; empty: all."),
            "minutes": gettext_lazy("Before it is due: less than none, as -30."),
        }

    field_order = (
        *("code", "title", "title_en", "kind", "name", "share", "minutes"),
        *("who", "verb", "reason"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row = kwargs.get("instance")
        if row is not None:
            kwargs["initial"] = {
                "title": row.titles.get("zh-hans", ""),
                "title_en": row.titles.get("en", ""),
                "who": who_as_text(row.who),
                "reason": row.evidence.get("reason", ""),
            }
        super().__init__(*args, **kwargs)
        self.moves = moves_by_itself()
        kinds = ["", *sorted(limited())]
        self._offer("kind", {kind: kind_in_words(kind) for kind in kinds})
        self._offer("verb", {"": "—", **verb_words()})
        self._offer("reason", {"": "—", **self._reasons()})
        if row is not None and row.pk:
            self.fields["code"].disabled = True
        for field in self.fields.values():
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_select else "form-control"

    def _offer(self, name: str, choices: dict[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        now = self.initial.get(name, "")
        # What a step has, though no process knows it any more, stays chosen.
        field.choices = list(({now: now} | choices if now else choices).items())

    def _reasons(self) -> dict[str, str]:
        """Those that the moves take, by code."""
        return {
            row["code"]: localized(row["label"])
            for move in self.moves
            for row in move.reasons
        }

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not CODE.fullmatch(code):
            raise forms.ValidationError(
                _("Small letters, digits and _, beginning with a letter.")
            )
        return code

    def clean_who(self) -> list[dict[str, str]]:
        units, people = names_of(self.cleaned_data.get("kind", ""))
        parts = [
            part.strip() for part in re.split(r"[,，、]", self.cleaned_data["who"])
        ]
        return [_who(part, units, people) for part in parts if part]

    def clean_verb(self) -> str:
        verb = str(self.cleaned_data["verb"])
        if verb and not any(move.verb == verb for move in self.moves):
            raise forms.ValidationError(
                _("No process lets the system do “%(verb)s” by itself.")
                % {"verb": verb}
            )
        return verb

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_reason(data.get("verb", ""), data.get("reason", ""))
        row = LadderStep(
            **{name: data.get(name) for name in ("share", "minutes")},
            who=data.get("who") or [],
            verb=data.get("verb") or "",
        )
        if "who" in data and "verb" in data:
            try:
                check(row)
            except ValueError as error:
                raise forms.ValidationError(
                    _(
                        "Give it one point, per cent or minutes, and somebody to tell"
                        " or something to do."
                    )
                ) from error
        return data

    def _check_reason(self, verb: str, reason: str) -> None:
        """It is one of the list where the move needs one, and else none."""
        moves = [move for move in self.moves if move.verb == verb]
        needed = any(move.evidence.get("reason", {}).get("required") for move in moves)
        listed = {row["code"] for move in moves for row in move.reasons}
        if needed and not reason:
            self.add_error("reason", _("The move needs a reason: choose one."))
        elif reason and reason not in listed:
            self.add_error("reason", _("The move has no such reason: choose another."))

    def save(self, commit: bool = True) -> LadderStep:
        sent = self.cleaned_data
        self.instance.titles = {"zh-hans": sent["title"]}
        if sent["title_en"]:
            self.instance.titles["en"] = sent["title_en"]
        self.instance.who = sent["who"]
        self.instance.evidence = {"reason": sent["reason"]} if sent["reason"] else {}
        return super().save(commit)


def _who(part: str, units: set[str], people: set[str]) -> dict[str, str]:
    name, _colon, role = part.partition(":")
    if name in people and not role:
        return {"is": name}
    if name in units and (not role or role in Role.values):
        return {"at": name, "role": role} if role else {"at": name}
    known = ", ".join(sorted(units | people))
    raise forms.ValidationError(
        _("“%(part)s” is nobody. Names are: %(known)s.")
        % {"part": part, "known": known}
    )

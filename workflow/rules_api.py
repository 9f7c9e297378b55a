"""What the API of every table of rules shares: its page's rights, form and record."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Unit, User
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.history import recorded
from govmap.lib.paging import KeysetPagination
from workflow.permissions import can_change_rules, can_read_rules

NOTHING = 0  # the key of no row: a form refuses it as it refuses what nobody offered


class TitleField(serializers.CharField):
    """A row's title in one language; "" where it has none."""

    def __init__(self, language: str, **options: Any) -> None:
        self.language = language
        super().__init__(**options)

    def get_attribute(self, instance: Any) -> str:
        return str(instance.titles.get(self.language, ""))


def unit_field(name: str) -> serializers.CharField:
    """The code of the unit that a row names, or null."""
    return serializers.CharField(
        source=f"{name}.code", default=None, allow_null=True, required=False
    )


def unit_key(code: str) -> int:
    """The key of the unit with that code; `NOTHING` where there is none."""
    keys = Unit.objects.filter(code=code).values_list("pk", flat=True)
    return keys.first() or NOTHING


class RulesViewSet(ListModelMixin, GenericViewSet[Any]):
    """Rows of rules: 404 to whoever may not read or not change them, as the pages are.

    What is sent is checked by the form of the page, so that both refuse the same.
    """

    request: AuthedApiRequest
    pagination_class = KeysetPagination
    filter_backends = ()
    lookup_value_regex = r"\d{1,18}"
    # How the keys of rows are found that a form names by their key and we by a code.
    keys: ClassVar[Mapping[str, Callable[[str], int]]] = {}
    # Names that may come as lists.
    lists: ClassVar[frozenset[str]] = frozenset()
    # Names that no form has: yes or no, set as they are sent.
    switches: ClassVar[frozenset[str]] = frozenset()

    def may_read(self, user: User) -> bool:
        return can_read_rules(user)

    def may_change(self, user: User) -> bool:
        return can_change_rules(user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not hasattr(self, str(request.method).lower()):
            return  # 405 says nothing of any row
        may = self.may_read if request.method in SAFE_METHODS else self.may_change
        if not may(self.request.user):
            raise NotFound

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        """The page's form of a row, or of a new one where it is None, filled in."""
        raise NotImplementedError

    def recorded(self) -> AbstractContextManager[None]:
        """What is changed within is on record as this person's."""
        return recorded(self.request.user, address=self.request.path)

    @property
    def sent(self) -> dict[str, Any]:
        data = self.request.data
        return {**data} if isinstance(data, Mapping) else {}

    def keep(self, row: Any) -> Any:
        """The row with what was sent, kept. Raises ValidationError (400)."""
        said = dict(self.get_serializer(row).data) if row is not None else {}
        typed = self.typed({**said, **self.sent})
        asked = row is None or set(self.sent) - self.switches
        form = self.form(row, typed) if asked else None
        if form is not None:
            check(form)
        with self.recorded():
            if form is not None:
                row = form.save()  # type: ignore[attr-defined]
            named = self.switches & set(self.sent)
            for name in named:
                setattr(row, name, self.sent[name] in (True, "true", "on", "yes"))
            if named:
                row.save(update_fields=sorted(named))
        return row

    def typed(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """As somebody would have filled it into the form. Raises ValidationError."""
        typed: dict[str, Any] = {}
        for name, value in data.items():
            if isinstance(value, dict | list) and name not in self.lists:
                raise ValidationError({name: [_("One value, please.")]})
            if value is not None:
                find = self.keys.get(name)
                typed[name] = find(str(value)) if find and value != "" else value
        return typed


class MakesRules(RulesViewSet):
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A new row."""
        row = self.keep(None)
        return Response(self.get_serializer(row).data, status.HTTP_201_CREATED)


class KeepsRules(RetrieveModelMixin, MakesRules):
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is named is changed."""
        row = self.keep(self.get_object())
        return Response(self.get_serializer(row).data)


def check(form: BaseForm) -> None:
    """Raises ValidationError with what the form says, by field."""
    if not form.is_valid():
        raise ValidationError(
            {
                "non_field_errors" if name == NON_FIELD_ERRORS else name: [
                    str(error) for error in errors
                ]
                for name, errors in form.errors.items()
            }
        )

"""常用视图 of the lists of modules: each module is a page of its own."""

import re
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from offices.models.module import Module
from offices.modules.definition import definition_of
from offices.modules.lists import Filters
from offices.modules.rights import READ, ground_in
from workflow import saved_views

NAME = re.compile(r"^module-(\d{1,9})$")


@dataclass(frozen=True)
class ModulePage(saved_views.Page):
    """The list of one module."""

    code: str = ""

    @property
    def address(self) -> str:
        return reverse(self.url_name, args=[self.code])


def page_of(module: Module) -> ModulePage:
    def may(user: User) -> bool:
        return bool(ground_in(user, module, READ))

    version = module.published_id
    names = Filters(QueryDict(), definition_of(version)).names if version else []
    return ModulePage(
        name=f"module-{module.pk}",
        title=str(module),
        url_name="modules:list",
        names=frozenset(names),
        may=may,
        code=module.code,
    )


def find(name: str) -> ModulePage | None:
    """The page of that name; None where it is none of ours."""
    found = NAME.match(name)
    module = Module.objects.filter(pk=found[1]).first() if found else None
    return page_of(module) if module else None


saved_views.families(find)

"""暂存 of a form of a module: sealed, for names and numbers may be in it."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.models import User
from govmap.lib.sealed import Sealed
from offices.models.module import Module
from offices.models.record import Record
from offices.modules.definition import Definition
from offices.modules.showing import plain_text
from offices.modules.values import check
from workflow import form_drafts
from workflow.models import FormDraft


@dataclass(frozen=True)
class Draft:
    """What was typed, and where it was to lie."""

    uuid: UUID
    raw: dict[str, Any]
    said: dict[str, str]
    kept: FormDraft


def form_of(module: Module) -> str:
    return f"record-{module.pk}"


def keep(
    user: User, module: Module, uuid: UUID, raw: dict[str, Any], said: dict[str, str]
) -> None:
    """Raises what `workflow.form_drafts.keep` raises."""
    text = json.dumps({"raw": raw, "said": said}, ensure_ascii=False)
    data = {"sealed": Sealed.of(text).token}
    form_drafts.keep(user, form_of(module), uuid, data=data)


def of(user: User, module: Module) -> list[FormDraft]:
    """Those that are not sent yet, the last kept first."""
    sent = Record.objects.filter(uuid=OuterRef("uuid"))
    rows = FormDraft.objects.of(user, form_of(module))
    return list(rows.exclude(Exists(sent)).defer("data")[:10])


def one(user: User, module: Module, text: str) -> Draft | None:
    try:
        uuid = UUID(text)
    except ValueError:
        return None
    row = FormDraft.objects.of(user, form_of(module)).filter(uuid=uuid).first()
    if row is None:
        return None
    data = json.loads(Sealed(row.data.get("sealed", "")).open() or "{}")
    return Draft(row.uuid, data.get("raw", {}), data.get("said", {}), row)


def forget(user: User, module: Module, uuid: UUID) -> None:
    form_drafts.forget(user, form_of(module), uuid)


def computed(definition: Definition, raw: dict[str, Any], user: User) -> dict[str, str]:
    """``{field: words}`` of what is computed, as far as what was typed goes."""
    values = check(definition, raw, user).values
    return {
        one.name: plain_text(one, values.get(one.name)) for one in definition.computed
    }

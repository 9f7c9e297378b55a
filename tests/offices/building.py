"""Drafts of modules for tests of the builder."""

from typing import Any

from accounts.models import User
from offices.builder import drafts, publishing
from offices.builder.drafts import new_draft, take_step
from offices.builder.said import Said
from offices.models import Design, Module

LINES = "楼门号\n担任职务：楼门长/副楼门长\n担任日期\n是否公开\n服务户数\n服务说明"


def began(
    by: User, title: str = "楼门长登记", about: str = "none", **more: Any
) -> Design:
    return new_draft(by, Said({"title": title, "about": about, **more}))


def changed(design: Design, user: User, step: str, /, **said: Any) -> Design:
    """The draft after a step upon its newest state."""
    design.refresh_from_db()
    row, _work = take_step(design, step, Said(said), user, revision=design.revision)
    return row


def asking(by: User, lines: str = LINES, **more: Any) -> Design:
    """A draft with these fields: f1, f2 and so on."""
    return changed(began(by, **more), by, "add", lines=lines)


def data_of(design: Design) -> dict[str, Any]:
    design.version.refresh_from_db()
    return drafts.plain(design.version)


def field_of(design: Design, name: str) -> dict[str, Any]:
    found: dict[str, Any] = data_of(design)["schema"]["properties"][name]
    return found


def published(by: User, lines: str = LINES, **more: Any) -> Module:
    design = asking(by, lines, **more)
    return publishing.publish(design, by, revision=design.revision)


SIDES = {"own": "110109001", "foreign": "110109002"}


def arguments(side: str) -> dict[str, dict[str, Any]]:
    """A draft and a published module of each side's street, for the permission walk."""
    by = User.objects.get(username="steward")
    design = asking(by, street=SIDES[side])
    module = published(by, title="文明楼门", street=SIDES[side])
    return {
        "module_design": {"uuid": design.version.uuid},
        "built_module": {"code": module.code},
    }

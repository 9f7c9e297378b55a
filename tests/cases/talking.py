"""A comment and an instruction that tests need."""

from uuid import uuid4

from accounts.models import User
from cases.models import Case, Comment, Instruction
from cases.talk import comments
from workflow.engine import act, verb_with


def comment_on(case: Case) -> Comment:
    """Of the desk of its street, made at the first call."""
    name = "desk" if case.street.code == "110109001" else "outsider"
    found = Comment.objects.filter(case=case).first()
    desk = User.objects.get(username=name)
    return found or comments.say(case, desk, uuid=uuid4(), text="请看现场")


def instruction_on(case: Case) -> Instruction:
    """The district's leader's, made at the first call."""
    if found := Instruction.objects.filter(case=case).first():
        return found
    leader = User.objects.get(username="leader")
    verb = verb_with(case.process, "open_instruction")
    act(
        Case.objects.get(pk=case.pk),
        verb,
        by=leader,
        act_id=uuid4(),
        evidence={"note": "请办理"},
    )
    case.refresh_from_db(fields=["events_count"])  # whoever acts next, has seen it
    return Instruction.objects.get(case=case)

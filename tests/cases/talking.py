"""A comment that tests need."""

from uuid import uuid4

from accounts.models import User
from cases.models import Case, Comment
from cases.talk import comments


def comment_on(case: Case) -> Comment:
    """Of the desk of its street, made at the first call."""
    name = "desk" if case.street.code == "110109001" else "outsider"
    found = Comment.objects.filter(case=case).first()
    desk = User.objects.get(username=name)
    return found or comments.say(case, desk, uuid=uuid4(), text="请看现场")

"""A gateway that receives, a channel that sends to it, people who can be reached."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.workflow.channels import receivers
from tests.workflow.channels.receivers import Gateway, Mailbox
from workflow.models import Channel, NoticeRule, OwnAddress

BODY = {"mobile": "{phone}", "content": "{text}"}


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    with receivers.http() as one:
        settings.CHANNEL_HOSTS, settings.CHANNEL_LOOPBACK = [one.url], True
        settings.PUSH_HOSTS = [one.url]
        settings.PUBLIC_ADDRESS = "https://grid.example.cn"
        yield one


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with receivers.smtp() as one:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", one.port
        yield one


@pytest.fixture
def channel(db: None, gateway: Gateway) -> Callable[..., Channel]:
    """A channel in use that sends to the gateway; text messages where nothing else."""

    def make(kind: str = "sms", **fields: Any) -> Channel:
        fields = {"url": f"{gateway.url}/send", "body": BODY, **fields}
        code = fields.pop("code", kind)
        return Channel.objects.create(
            code=code, titles={"zh-hans": code}, kind=kind, in_use=True, **fields
        )

    return make


@pytest.fixture
def rule(channel: Callable[..., Channel]) -> Callable[..., NoticeRule]:
    """A rule that everything goes to everybody by text message, or as is said."""

    def make(**fields: Any) -> NoticeRule:
        over = fields.pop("channel", None) or channel()
        return NoticeRule.objects.create(channel=over, **fields)

    return make


@pytest.fixture
def reached(db: None) -> Callable[..., OwnAddress]:
    """An address that its person has confirmed."""

    def make(person: Any, way: str = "phone", address: str = "13800001111") -> Any:
        return OwnAddress.objects.create(
            person=person, way=way, address=address, confirmed_at=timezone.now()
        )

    return make

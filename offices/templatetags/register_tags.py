"""What pages of the registers say with: codes in words, numbers masked."""

from django import template

from accounts.models import User
from offices.registers.codes import Words
from offices.registers.identity import mask_number
from offices.registers.permissions import audits, uses_registers

register = template.Library()


@register.simple_tag
def code_word(words: Words, name: str, code: str) -> str:
    return words.of(name, code) or "—"


@register.filter
def masked_number(tail: str) -> str:
    return mask_number(tail)


@register.filter
def keeps_registers(user: User) -> bool:
    return uses_registers(user)


@register.filter
def audits_registers(user: User) -> bool:
    return audits(user)

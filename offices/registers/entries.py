"""The four registers that people are looked up in, and that owned fields are of."""

from typing import Any

from offices.models import Dwelling, Household, Organization, Person, Register

# A building is reached by its dwellings.
MODELS: dict[str, Any] = {
    Register.PERSON: Person,
    Register.HOUSEHOLD: Household,
    Register.DWELLING: Dwelling,
    Register.ORGANIZATION: Organization,
}
CHOICES = [(one.value, one.value) for one in Register if one in MODELS]

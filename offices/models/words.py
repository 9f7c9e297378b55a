"""What entries are found by in part: their names and addresses as they are compared."""

from django.db.models import F, Func, GeneratedField, TextField


class RegisterWords(Func):
    """Up to three names as they are compared, parted by a bar."""

    function = "register_words"
    output_field = TextField()


class SearchForm(Func):
    """A text as it is compared."""

    function = "search_form"
    output_field = TextField()


def names(*columns: str) -> GeneratedField:
    """Made by the database and kept, so that a list that goes through many rows
    compares a column and makes nothing anew."""
    return GeneratedField(
        expression=RegisterWords(*(F(name) for name in columns)),
        output_field=TextField(),
        db_persist=True,
    )


def address() -> GeneratedField:
    """As `names`, of the address."""
    return GeneratedField(
        expression=SearchForm(F("address")), output_field=TextField(), db_persist=True
    )

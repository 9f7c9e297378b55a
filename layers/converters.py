"""Path converters of this app's addresses."""

from django.urls.converters import IntConverter


class CountConverter(IntConverter):
    """Up to nine digits: more fit no column and are not found."""

    regex = "[0-9]{1,9}"

from django.apps import AppConfig


class GovmapConfig(AppConfig):
    name = "govmap"

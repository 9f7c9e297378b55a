from django.apps import AppConfig


class LayersConfig(AppConfig):
    name = "layers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers what processes may name.
        from layers import effects  # noqa: F401
        from layers.corrections import effects as correction_effects  # noqa: F401
        from layers.downloads import register  # noqa: F401
        from layers.map_tools import exporting as ground_exporting  # noqa: F401
        from layers.versions import exporting  # noqa: F401

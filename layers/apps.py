from django.apps import AppConfig


class LayersConfig(AppConfig):
    name = "layers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers what processes may name.
        from layers import correction_effects, effects  # noqa: F401

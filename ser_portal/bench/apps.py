from django.apps import AppConfig


class BenchConfig(AppConfig):
    """No models and no addresses: two commands that make volume and measure in a database of their own."""

    name = "ser_portal.bench"
    label = "bench"

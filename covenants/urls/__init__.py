"""The addresses of the covenants, at the root of the portal."""

from covenants.urls import commitments, delegates, progress, register, reminders, rounds

app_name = "covenants"

urlpatterns = [
    *register.urlpatterns,
    *commitments.urlpatterns,
    *rounds.urlpatterns,
    *progress.urlpatterns,
    *delegates.urlpatterns,
    *reminders.urlpatterns,
]

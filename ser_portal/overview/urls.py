"""The yearly overview and the figures: Dutch paths, English names. Which words are taken stands before the formats."""

from django.urls import path

from ser_portal.overview.views import builds, figures

app_name = "overview"

urlpatterns = [
    path("jaaroverzicht/", builds.index, name="index"),
    path("jaaroverzicht/opdrachten/<uuid:pk>/", builds.job, name="job"),
    path("jaaroverzicht/opdrachten/<uuid:pk>/annuleren/", builds.cancel, name="job_cancel"),
    path("jaaroverzicht/opdrachten/<uuid:pk>/opnieuw/", builds.retry, name="job_retry"),
    path("jaaroverzicht/opdrachten/<uuid:pk>/lezen/", builds.read, name="read"),
    path("jaaroverzicht/opdrachten/<uuid:pk>/<slug:format>/", builds.file, name="file"),
    path("kengetallen/", figures.figures, name="figures"),
    path("kengetallen/<str:code>/", figures.figure, name="figure"),
]

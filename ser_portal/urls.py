"""Every address of the portal: Dutch paths, English names."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("beheer/", admin.site.urls),
]

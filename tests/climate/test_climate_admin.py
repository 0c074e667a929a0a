"""The administration of the climate part: lists and forms open, nothing can be thrown away, changes are remembered."""

import pytest
from django.contrib import admin
from django.urls import reverse

from climate import models
from ser_portal.accounts.models import User

HERE = [model for model in admin.site._registry if model._meta.app_label == "climate"]


@pytest.fixture
def superuser(db):
    return User.objects.create_superuser("super@test.example", "een heel gewoon wachtwoord")


@pytest.mark.parametrize("model", HERE, ids=lambda model: model.__name__)
def test_every_list_and_form_opens_and_nothing_can_be_deleted(as_user, superuser, reference, model):
    client, name = as_user(superuser), f"admin:climate_{model._meta.model_name}"
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    row = model.objects.first()
    assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert client.get(reverse(f"{name}_history", args=[row.pk])).status_code == 200
    assert client.get(reverse(f"{name}_delete", args=[row.pk])).status_code == 403


def test_all_records_of_the_climate_part_can_be_kept(db):
    assert {model.__name__ for model in HERE} == {
        "Forum", "ForumTask", "ForumFact", "ForumActivity", "Seat", "SeatHolding", "SectorTable", "TableChair",
        "Track", "TrackChair", "TrackFact", "TrackActivity",
    }  # fmt: skip
    assert issubclass(models.Seat, models.Kept)

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from common.models import JournalEntry, Journalled

with isolate_apps("common"):

    class Named(Journalled):
        name = models.CharField(max_length=20)

        class Meta:
            abstract = True

        def __str__(self) -> str:
            return self.name

    class House(Named):
        class Meta:
            app_label = "common"

    class Room(Named):
        house = models.ForeignKey(House, models.CASCADE)

        class Meta:
            app_label = "common"

    class Chair(Named):
        room = models.ForeignKey(Room, models.CASCADE)

        class Meta:
            app_label = "common"

    class Guest(Named):
        house = models.ForeignKey(House, models.SET_NULL, null=True)

        class Meta:
            app_label = "common"


@pytest.fixture(scope="module")
def _tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    tables = [House, Room, Chair, Guest]
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in tables:
                editor.create_model(model)
        yield
        with connection.schema_editor() as editor:
            for model in reversed(tables):
                editor.delete_model(model)


@pytest.mark.django_db
@pytest.mark.usefixtures("_tables")
def test_what_goes_with_a_deleted_object_is_recorded_too():
    house = House.objects.create(name="house")
    room = Room.objects.create(name="room", house=house)
    Chair.objects.create(name="chair", room=room)
    Guest.objects.create(name="guest", house=house)
    created = JournalEntry.objects.count()

    house.delete()

    entries = JournalEntry.objects.order_by("pk")[created:]
    assert {(entry.action, entry.object_label): entry.changes for entry in entries} == {
        ("update", "guest"): {"house": [room.house_id, None]},
        ("delete", "chair"): {"name": ["chair", None], "room": [room.pk, None]},
        ("delete", "room"): {"name": ["room", None], "house": [room.house_id, None]},
        ("delete", "house"): {"name": ["house", None]},
    }
    assert len(entries) == 4
    assert Guest.objects.get().house is None

"""Pictures of bases whose bytes lie in the folder of the tests."""

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from bases.models import BasePicture
from common.models import StoredFile
from tests.factories import BaseFactory, SourceFactory
from tests.factories_accounts import UserFactory
from tests.factories_files import jpg


class StoredPictureFactory(DjangoModelFactory):
    class Meta:
        model = StoredFile

    name = "picture.jpg"
    media_type = "image/jpeg"
    size = 10
    sha256 = "0" * 64
    content = factory.LazyFunction(lambda: ContentFile(jpg(), name="picture.jpg"))
    uploaded_by = factory.SubFactory(UserFactory)


class PictureFactory(DjangoModelFactory):
    class Meta:
        model = BasePicture

    base = factory.SubFactory(BaseFactory)
    alt_zh = "一号中试线"
    alt_en = "Pilot line one"
    credit = "某公司"
    source = factory.SubFactory(SourceFactory)
    large = factory.SubFactory(StoredPictureFactory)
    small = factory.SubFactory(StoredPictureFactory)
    large_width, large_height, small_width, small_height = 1600, 1200, 640, 480

"""Each picture of docs/images that tools.screenshots draws can be drawn: nobody runs that before pages have changed."""

import pytest
from django.core.management import call_command

from tools.screenshots import LARGEST_BYTES, PASSWORD, PICTURES, draw

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_picture_can_be_drawn_and_is_small_enough_to_keep(browser, site, tmp_path) -> None:
    call_command("create_demo_accounts", password=PASSWORD, verbosity=0)

    sizes = {picture.name: draw(browser, site, picture, tmp_path) for picture in PICTURES}

    assert sorted(file.stem for file in tmp_path.iterdir()) == sorted(sizes)
    assert {name: size for name, size in sizes.items() if size > LARGEST_BYTES} == {}

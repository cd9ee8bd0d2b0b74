"""The site as it is, with the contenders beside it under the same middleware."""

from chenzhou_pilot.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"

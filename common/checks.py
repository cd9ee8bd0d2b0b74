"""What `check --deploy` says of our own settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register


@register(Tags.security, deploy=True)
def scanner_is_set(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """For information: a scanner is an extra, and production is safe without one."""
    if settings.CLAMAV_URL:
        return []
    return [
        Info(
            "CLAMAV_URL is not set: files that people send stay unscanned, and production shows none of them.",
            hint="Run clamd and set CLAMAV_URL, for instance to unix:///run/clamav/clamd.ctl.",
            id="common.I001",
        )
    ]


@register(Tags.security, deploy=True)
def files_are_private(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    published = settings.STATIC_ROOT.resolve()
    place = settings.MEDIA_ROOT.resolve()
    if place != published and published not in place.parents:
        return []
    return [
        Error(
            "MEDIA_ROOT lies inside STATIC_ROOT: the web server would publish what people send.",
            hint="Give MEDIA_ROOT a folder of its own, readable by the service's user alone.",
            id="common.E001",
        )
    ]

"""Browser and system in words, by what a browser says of itself: good to know a device again, and for nothing else."""

import re

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

# The first that fits: many say the names of others as well.
BROWSERS = (
    ("MicroMessenger", gettext_lazy("WeChat")),
    ("DingTalk", gettext_lazy("DingTalk")),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("QQBrowser", gettext_lazy("QQ Browser")),
    ("HuaweiBrowser", gettext_lazy("Huawei Browser")),
    ("Firefox", "Firefox"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Version", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@register.filter
def device_words(user_agent: str) -> str:
    system = next((words for mark, words in SYSTEMS if mark in user_agent), "") or _("an unknown system")
    return _("%(browser)s on %(system)s") % {"browser": _browser(user_agent), "system": system}


def _browser(user_agent: str) -> str:
    for mark, name in BROWSERS:
        if found := re.search(rf"{mark}/(\d{{1,4}})", user_agent):
            return f"{name} {found[1]}"
    return _("an unknown browser")

"""Whatever the code records in the journal has words: no history shows the name an action has in the code."""

import re

from django.conf import settings

from common.journal_words import ACTIONS

APPS = ("accounts", "bases", "common", "projects", "subsidies", "chenzhou_pilot")
RECORDED = re.compile(r'(?:\bacting\([^)]*action=|journal\.(?:record|bulk)\(\s*)"(\w+)"')


def test_every_action_the_code_records_has_words():
    sources = [path.read_text("utf-8") for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]

    recorded = {action for source in sources for action in RECORDED.findall(source)}

    assert {"plead", "issue_award", "virus_found"} <= recorded
    assert sorted(recorded - set(ACTIONS)) == []

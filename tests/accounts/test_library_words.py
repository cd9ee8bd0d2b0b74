import re

from django.utils import translation

from accounts.library_words import REWRITTEN

OTHER_NAMES = re.compile("[Ee]mail|帐号|帐户|登出|双因素|身份验证器")


def test_the_pages_of_the_sign_in_library_use_the_names_of_the_rest_of_the_site():
    with translation.override("zh-hans"):
        chinese = [translation.gettext(sentence) for sentence in REWRITTEN]

    assert [sentence for sentence in chinese if OTHER_NAMES.search(re.sub(r"%\(\w+\)s", "", sentence))] == []


def test_no_sentence_of_the_list_is_left_in_english():
    with translation.override("zh-hans"):
        assert [sentence for sentence in REWRITTEN if translation.gettext(sentence) == sentence] == []

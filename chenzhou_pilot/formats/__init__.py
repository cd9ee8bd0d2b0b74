"""How the desk's own tables and read-only fields write days: ISO, in both languages. Pages write them in words, see
common.templatetags.chenzhou."""

DATE_FORMAT = SHORT_DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "Y-m-d H:i"

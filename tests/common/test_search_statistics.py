"""PostgreSQL must know how rare a word is, or it reads a whole list in order to find twenty rows."""

import pytest
from django.apps import apps
from django.db import connection

from common.search import SearchField
from common.search_operations import TOKENS_KEPT

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def test_every_searched_column_keeps_ten_thousand_tokens():
    searched = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SearchField)
    }

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE a.attstattarget = %s AND c.relkind = 'r'",
            [TOKENS_KEPT // 10],
        )
        kept = set(cursor.fetchall())

    assert searched == kept

"""Gapless numbers: the counter's row stays locked until the caller's transaction ends."""

from django.db import connection
from django.db.transaction import TransactionManagementError


def next_value(name: str) -> int:
    """The next number under `name`, from 1. One query; call it late, others under the same name wait for the commit."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("next_value() needs a transaction: a number given must be a number used.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_counter (name, value) VALUES (%s, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = common_counter.value + 1 RETURNING value",
            [name],
        )
        return cursor.fetchone()[0]

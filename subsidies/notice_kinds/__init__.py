"""What people are told about applications, in words. People of a firm read softer ones than staff.

All of them are registered as soon as one is imported: a notice finds its words in whichever process it is shown.
"""

from subsidies.notice_kinds import (
    applying,
    awarding,
    checking,
    deadlines,
    deciding,
    publicity,
    recommending,
    reviewing,
)

__all__ = ["applying", "awarding", "checking", "deadlines", "deciding", "publicity", "recommending", "reviewing"]

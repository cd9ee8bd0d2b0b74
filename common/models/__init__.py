"""The ground floor's tables. The journal comes first: Journalled models write to it."""

from common.models.calendar_days import CalendarDay
from common.models.files import ScanState, StoredFile, Upload
from common.models.idempotency import IdempotentRequest
from common.models.journal import JournalAnchor, JournalEntry, JournalPending, JournalSeal
from common.models.journalled import Journalled, JournalledManager, JournalledQuerySet
from common.models.names import BilingualName
from common.models.notices import Channel, Delivery, DeliveryState, Notice
from common.models.numbering import Counter
from common.models.places import Division, Park
from common.models.sources import Source
from common.models.versions import DataVersion
from common.models.vouched import Vouched, Vouching

__all__ = [
    "BilingualName",
    "CalendarDay",
    "Channel",
    "Counter",
    "DataVersion",
    "Delivery",
    "DeliveryState",
    "Division",
    "IdempotentRequest",
    "JournalAnchor",
    "JournalEntry",
    "JournalPending",
    "JournalSeal",
    "Journalled",
    "JournalledManager",
    "JournalledQuerySet",
    "Notice",
    "Park",
    "ScanState",
    "Source",
    "StoredFile",
    "Upload",
    "Vouched",
    "Vouching",
]

from bases.admin.base import BaseAdmin
from bases.admin.change import BaseChangeAdmin
from bases.admin.industry import IndustryAdmin
from bases.admin.words import teach_journal

__all__ = ["BaseAdmin", "BaseChangeAdmin", "IndustryAdmin"]

teach_journal()

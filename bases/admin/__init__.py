from bases.admin.base import BaseAdmin
from bases.admin.change import BaseChangeAdmin
from bases.admin.industry import IndustryAdmin

__all__ = ["BaseAdmin", "BaseChangeAdmin", "IndustryAdmin"]

from bases.models.base import Base, BaseSearch
from bases.models.change import BaseChange
from bases.models.choice_set import ChoiceSet
from bases.models.equipment import Equipment, PilotLine
from bases.models.industry import Industry
from bases.models.media import BaseMedia
from bases.models.picture import BasePicture
from bases.models.provenance import BaseFigure
from bases.models.service import Service
from bases.models.title import BaseTitle, SafetyPermit

__all__ = [
    "Base",
    "BaseChange",
    "BaseFigure",
    "BaseMedia",
    "BasePicture",
    "BaseSearch",
    "BaseTitle",
    "ChoiceSet",
    "Equipment",
    "Industry",
    "PilotLine",
    "SafetyPermit",
    "Service",
]

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    PUBLIC = "public", _("Public")
    SPECIALISED = "specialised", _("Specialised")


class LeadType(TextChoices):
    """Who leads a base, in the four groups Zhejiang's list uses."""

    ENTERPRISE = "enterprise", _("Enterprise-led")
    THIRD_PARTY = "third_party", _("Service-body-led")
    UNIVERSITY = "university", _("University-led")
    GOVERNMENT = "government", _("Government-led")


class Openness(TextChoices):
    OPEN = "open", _("Open to outside work")
    LIMITED = "limited", _("Open within limits")
    INTERNAL = "internal", _("Own use only")


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    COUNTY_REVIEW = "county_review", _("County or park review")
    BUREAU_REVIEW = "bureau_review", _("Bureau review")
    SITE_CHECK = "site_check", _("Site check")
    PUBLICITY = "publicity", _("Public notice")
    LISTED = "listed", _("Listed")
    CHANGE_PENDING = "change_pending", _("Change under review")
    WARNED = "warned", _("Must rectify")
    SUSPENDED = "suspended", _("Suspended")
    REMOVED = "removed", _("Left the registry")
    MERGED = "merged", _("Merged")


UNDER_REVIEW = (State.COUNTY_REVIEW, State.BUREAU_REVIEW, State.SITE_CHECK, State.PUBLICITY)
IN_REGISTRY = (State.LISTED, State.CHANGE_PENDING, State.WARNED, State.SUSPENDED)
# A base that left stays visible with its date and reason; a merged one only redirects.
ON_PUBLIC_SITE = (*IN_REGISTRY, State.REMOVED)
HAS_LEFT = (State.REMOVED, State.MERGED)


class Action(TextChoices):
    SUBMIT = "submit", _("Submit for review")
    RECOMMEND = "recommend", _("Recommend to the bureau")
    SEND_BACK = "send_back", _("Send back")
    VISIT = "visit", _("Order a site check")
    PUBLICISE = "publicise", _("Start the public notice")
    ENLIST = "enlist", _("Enter in the registry")
    PROPOSE_CHANGE = "propose_change", _("Propose a change")
    APPROVE_CHANGE = "approve_change", _("Approve the change")
    DECLINE_CHANGE = "decline_change", _("Decline the change")
    WARN = "warn", _("Order to rectify")
    CLEAR_WARNING = "clear_warning", _("Close the rectification")
    SUSPEND = "suspend", _("Suspend")
    RESUME = "resume", _("Resume")
    REMOVE = "remove", _("Remove from the registry")
    MERGE = "merge", _("Merge into another base")


class TitleLevel(TextChoices):
    MUNICIPAL = "municipal", _("Municipal")
    PROVINCIAL = "provincial", _("Provincial")
    NATIONAL = "national", _("National")


class Programme(TextChoices):
    """The titles a base can hold; Hunan has two provincial ones by two departments."""

    HUNAN_TRANSFER = "hn_kjt", _("Hunan pilot base for technology transfer")
    HUNAN_MATERIALS = "hn_gxt", _("Hunan pilot platform for new materials")
    MIIT_RESERVE = "miit_reserve", _("MIIT reserve pilot platform")
    MIIT_KEY = "miit_key", _("MIIT key pilot platform")
    MIIT_NATIONAL = "miit_national", _("National manufacturing pilot platform")
    CNAS = "cnas", _("CNAS accreditation")
    CMA = "cma", _("CMA qualification")
    OTHER = "other", _("Other title")


class TitleStatus(TextChoices):
    IN_FORCE = "in_force", _("In force")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class EquipmentCategory(TextChoices):
    METROLOGY = "metrology", _("Metrology")
    TESTING = "testing", _("Testing")
    GENERAL = "general", _("General process")
    SPECIAL = "special", _("Special process")


class EquipmentState(TextChoices):
    IN_USE = "ok", _("In use")
    REPAIR = "repair", _("Under repair")
    RETIRED = "retired", _("Retired")


class ServiceType(TextChoices):
    """The eight services of a pilot platform, after Zhoushan's list of 2025."""

    TRANSFER = "transfer", _("Technology development and transfer")
    PROCESS = "process", _("Performance and process improvement")
    SCALE_UP = "scale_up", _("Process scale-up and maturing")
    TYPE_TEST = "type_test", _("Product type test")
    PERFORMANCE_TEST = "performance_test", _("Product performance test")
    TRIAL_PRODUCTION = "trial_production", _("Small-batch trial production")
    SHARING = "sharing", _("Instrument and equipment sharing")
    VERIFICATION = "verification", _("Equipment application verification")


class MediaKind(TextChoices):
    PICTURE = "picture", _("Picture")
    FILM = "film", _("Film")
    PAPER = "paper", _("Paper")


class ChangeState(TextChoices):
    PENDING = "pending", _("Pending")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")

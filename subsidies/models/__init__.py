from subsidies.models.application import (
    Application,
    ApplicationAtUnit,
    ApplicationStep,
    Submission,
)
from subsidies.models.archive import CaseSeal
from subsidies.models.award import Award, AwardSearch, CallInvitation
from subsidies.models.base_answer import BaseAnswer
from subsidies.models.budget import Budget, BudgetChange, BudgetEntry
from subsidies.models.call import Call, CallQuestion, CallVersion
from subsidies.models.case_search import ApplicationSearch
from subsidies.models.checking import CheckResult, CrossCheckHit, CrossCheckKey, FormCheck
from subsidies.models.comment import Comment
from subsidies.models.correction import Correction, CorrectionItem
from subsidies.models.desk import Letter, LetterTemplate, SavedView
from subsidies.models.earlier_award import EarlierAward
from subsidies.models.experts import AvoidedExpert, Expert, ExpertAbsence, ExpertEmployment, ExpertInterest
from subsidies.models.files import ApplicationFile
from subsidies.models.follow_up import FollowUpFile, FollowUpReport
from subsidies.models.guests import ApplicationGuest, GuestInvitation
from subsidies.models.integrity import IntegrityEntry, IntegrityPlea
from subsidies.models.meeting import Appeal, Decision, Meeting, MeetingMember, Recusal
from subsidies.models.namesakes import Namesake
from subsidies.models.payment import AwardDocument, AwardEntry, PayeeAccount, Payment
from subsidies.models.policy import Policy, PolicyClause, Scheme
from subsidies.models.publicity import NoticeEntry, NoticeWriter, Objection, ObjectionFile, PublicNotice
from subsidies.models.recommendation import Recommendation, Redirection
from subsidies.models.recovery import Recovery, Repayment
from subsidies.models.review import Assignment, ChairNote, Draw, ScoreSheet
from subsidies.models.site_checks import CheckRound, RemedyFile, SiteCheck
from subsidies.models.subscription import NewsMail, Subscription, SubscriptionRequest
from subsidies.models.visits import SiteVisit, VisitDocument, VisitOfficer, VisitPhoto
from subsidies.models.watching import Alert

__all__ = [
    "Alert",
    "Appeal",
    "Application",
    "ApplicationAtUnit",
    "ApplicationFile",
    "ApplicationGuest",
    "ApplicationSearch",
    "ApplicationStep",
    "Assignment",
    "AvoidedExpert",
    "Award",
    "AwardDocument",
    "AwardEntry",
    "AwardSearch",
    "BaseAnswer",
    "Budget",
    "BudgetChange",
    "BudgetEntry",
    "Call",
    "CallInvitation",
    "CallQuestion",
    "CallVersion",
    "CaseSeal",
    "ChairNote",
    "CheckResult",
    "CheckRound",
    "Comment",
    "Correction",
    "CorrectionItem",
    "CrossCheckHit",
    "CrossCheckKey",
    "Decision",
    "Draw",
    "EarlierAward",
    "Expert",
    "ExpertAbsence",
    "ExpertEmployment",
    "ExpertInterest",
    "FollowUpFile",
    "FollowUpReport",
    "FormCheck",
    "GuestInvitation",
    "IntegrityEntry",
    "IntegrityPlea",
    "Letter",
    "LetterTemplate",
    "Meeting",
    "MeetingMember",
    "Namesake",
    "NewsMail",
    "NoticeEntry",
    "NoticeWriter",
    "Objection",
    "ObjectionFile",
    "PayeeAccount",
    "Payment",
    "Policy",
    "PolicyClause",
    "PublicNotice",
    "Recommendation",
    "Recovery",
    "Recusal",
    "Redirection",
    "RemedyFile",
    "Repayment",
    "SavedView",
    "Scheme",
    "ScoreSheet",
    "SiteCheck",
    "SiteVisit",
    "Submission",
    "Subscription",
    "SubscriptionRequest",
    "VisitDocument",
    "VisitOfficer",
    "VisitPhoto",
]

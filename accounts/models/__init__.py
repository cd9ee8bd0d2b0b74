from accounts.models.captcha import SpentChallenge
from accounts.models.joining import Invitation, JoinRequest, JoinState
from accounts.models.memberships import Membership
from accounts.models.organisations import Organisation
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.models.verification import VerificationRequest, VerificationState

__all__ = [
    "ApiToken",
    "Invitation",
    "JoinRequest",
    "JoinState",
    "Membership",
    "Organisation",
    "SpentChallenge",
    "User",
    "VerificationRequest",
    "VerificationState",
]

from accounts.models.memberships import Membership
from accounts.models.organisations import Organisation
from accounts.models.people import User
from accounts.models.tokens import ApiToken

__all__ = ["ApiToken", "Membership", "Organisation", "User"]

"""Who may do what with a base: predicates over a user and one row, with no query beyond the user's own posts."""

from accounts.models import User
from bases.models import Base, BaseChange


def is_own_place(user: User, base: Base) -> bool:
    return user.acts_for_whole_city() or base.division_id in user.divisions() or base.park_id in user.parks()


def can_edit(user: User, base: Base) -> bool:
    return user.has_perm("bases.change_base") and is_own_place(user, base)


def can_recommend(user: User, base: Base) -> bool:
    return user.has_perm("bases.recommend_base") and is_own_place(user, base)


def can_review(user: User, base: Base) -> bool:
    return user.has_perm("bases.review_base")


def can_send_back(user: User, base: Base) -> bool:
    return can_recommend(user, base) or can_review(user, base)


def can_decide(user: User, base: Base) -> bool:
    """Decide on a place in the registry; never on a base one has submitted oneself."""
    return user.has_perm("bases.decide_base") and base.submitted_by_id != user.pk


def can_decide_change(user: User, change: BaseChange) -> bool:
    return user.has_perm("bases.decide_base") and change.proposed_by_id != user.pk

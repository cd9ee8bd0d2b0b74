"""Who may do what with a base: predicates over a user and one row, with no query beyond the user's own posts."""

from accounts.models import User
from bases.enums import State
from bases.models import Base, BaseChange


def is_own_place(user: User, base: Base) -> bool:
    return user.acts_for_whole_city() or base.division_id in user.divisions() or base.park_id in user.parks()


def can_edit(user: User, base: Base) -> bool:
    return user.has_perm("bases.change_base") and is_own_place(user, base)


def can_edit_reviewed(base: Base) -> bool:
    """Name, kind, place, host and address are what is reviewed: typed in a draft, proposed once listed."""
    return base.state == State.DRAFT


def can_recommend(user: User, base: Base) -> bool:
    """Recommend a base of the own place; never one that one has submitted oneself."""
    return _judges_for_the_place(user, base) and base.submitted_by_id != user.pk


def can_review(user: User, base: Base) -> bool:
    return user.has_perm("bases.review_base")


def can_send_back(user: User, base: Base) -> bool:
    """The bureau at every step of the review, the county or park at its own; a notice ends for a decision alone."""
    if base.state == State.PUBLICITY:
        return can_decide(user, base)
    at_own_step = base.state == State.COUNTY_REVIEW and _judges_for_the_place(user, base)
    return at_own_step or can_review(user, base)


def can_verify(user: User) -> bool:
    """State that somebody has checked a record."""
    return user.has_perm("bases.review_base")


def can_decide(user: User, base: Base) -> bool:
    """Decide on a place in the registry; never on a base one has submitted oneself."""
    return user.has_perm("bases.decide_base") and base.submitted_by_id != user.pk


def can_decide_change(user: User, change: BaseChange) -> bool:
    return can_decide(user, change.base) and change.proposed_by_id != user.pk


def _judges_for_the_place(user: User, base: Base) -> bool:
    return user.has_perm("bases.recommend_base") and is_own_place(user, base)

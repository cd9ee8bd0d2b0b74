"""Every column that leads to a person: what is theirs, and what is a record of an act in which they took part.

A new column that is in neither list fails the build.
"""

from typing import NamedTuple


class Holding(NamedTuple):
    """Rows about a person; `person` leads from the row to the account, `fields` are what the copy holds."""

    model: str
    person: str
    fields: tuple[str, ...]


HOLDINGS = (
    Holding(
        "accounts.User",
        "pk",
        ("email", "name", "phone", "language", "wants_email", "wants_sms", "date_joined", "last_login"),
    ),
    Holding("account.EmailAddress", "user", ("email", "verified", "primary")),
    Holding("mfa.Authenticator", "user", ("type", "created_at", "last_used_at")),
    Holding("usersessions.UserSession", "user", ("ip", "user_agent", "created_at", "last_seen_at")),
    Holding("accounts.ApiToken", "user", ("name", "created", "expiry")),
    Holding("accounts.Membership", "user", ("organisation__name_zh", "role", "is_active")),
    Holding("accounts.JoinRequest", "user", ("organisation__name_zh", "message", "state", "created_at")),
    Holding("accounts.Invitation", "accepted_by", ("organisation__name_zh", "role", "created_at")),
    Holding("accounts.VerificationRequest", "asked_by", ("organisation__name_zh", "state", "asked_at")),
    Holding("common.Notice", "recipient", ("kind", "facts", "created_at", "read_at")),
    Holding("common.StoredFile", "uploaded_by", ("name", "size", "sha256", "uploaded_at")),
    Holding("common.Upload", "uploaded_by", ("name", "size", "created_at")),
    Holding("subsidies.Comment", "by", ("application__number", "about", "text", "at")),
    Holding("subsidies.ApplicationGuest", "user", ("application__number", "created_at", "ends_at", "revoked_at")),
    Holding("subsidies.SavedView", "user", ("name", "query")),
    Holding(
        "subsidies.Subscription",
        "user",
        ("wants_bases", "wants_calls", "wants_notices", "wants_awards", "language", "created_at"),
    ),
    Holding("subsidies.Expert", "user", ("code", "kind", "title", "state", "integrity_note")),
    Holding("subsidies.ExpertEmployment", "expert__user", ("name", "since", "until")),
    Holding(
        "subsidies.ExpertInterest", "expert__user", ("organisation__name_zh", "kind", "note", "declared_at", "ended_on")
    ),
    Holding("subsidies.ExpertAbsence", "expert__user", ("begins_on", "ends_on")),
    Holding("subsidies.MeetingMember", "user", ("name", "post", "meeting__held_on")),
)
# Columns that say who did or answered something. The record stays as long as the case does; the copy of a person holds
# the journal's entries of it, and closing an account leaves its number there without the name.

ACTS = frozenset(
    (
        "accounts.Invitation.invited_by",
        "accounts.JoinRequest.decided_by",
        "accounts.Organisation.credit_code_override_by",
        "accounts.Organisation.verified_by",
        "accounts.VerificationRequest.decided_by",
        "admin.LogEntry.user",
        "bases.Base.submitted_by",
        "bases.BaseChange.decided_by",
        "bases.BaseChange.proposed_by",
        "common.IdempotentRequest.user",
        "common.JournalEntry.actor",
        "subsidies.Alert.judged_by",
        "subsidies.Appeal.answered_by",
        "subsidies.Appeal.made_by",
        "subsidies.Application.started_by",
        "subsidies.Application.submitted_by",
        "subsidies.ApplicationFile.added_by",
        "subsidies.ApplicationFile.removed_by",
        "subsidies.ApplicationGuest.let_in_by",
        "subsidies.ApplicationStep.by",
        "subsidies.AvoidedExpert.named_by",
        "subsidies.AwardDocument.countersigned_by",
        "subsidies.AwardDocument.issued_by",
        "subsidies.AwardDocument.prepared_by",
        "subsidies.BudgetChange.confirmed_by",
        "subsidies.BudgetChange.proposed_by",
        "subsidies.BudgetEntry.by",
        "subsidies.EarlierAward.entered_by",
        "subsidies.EarlierAward.revocation_by",
        "subsidies.EarlierAward.revoked_by",
        "subsidies.EarlierAward.settled_by",
        "subsidies.Namesake.confirmed_by",
        "subsidies.Namesake.ended_by",
        "subsidies.Namesake.entered_by",
        "subsidies.Call.published_by",
        "subsidies.CallInvitation.sent_by",
        "subsidies.CallVersion.published_by",
        "subsidies.CaseSeal.sealed_by",
        "subsidies.CheckRound.confirmed_by",
        "subsidies.CheckRound.proposed_by",
        "subsidies.CheckRound.withdrawn_by",
        "subsidies.Comment.settled_by",
        "subsidies.Correction.asked_by",
        "subsidies.CrossCheckHit.judged_by",
        "subsidies.Decision.put_by",
        "subsidies.Decision.released_by",
        "subsidies.Decision.staged_by",
        "subsidies.Draw.confirmed_by",
        "subsidies.Draw.discarded_by",
        "subsidies.Draw.drawn_by",
        "subsidies.FollowUpFile.added_by",
        "subsidies.FollowUpReport.decided_by",
        "subsidies.FollowUpReport.submitted_by",
        "subsidies.FormCheck.checked_by",
        "subsidies.FormCheck.confirmed_by",
        "subsidies.GuestInvitation.invited_by",
        "subsidies.IntegrityPlea.answered_by",
        "subsidies.IntegrityPlea.confirmed_by",
        "subsidies.IntegrityPlea.made_by",
        "subsidies.Letter.sent_by",
        "subsidies.Meeting.prepared_by",
        "subsidies.Meeting.released_by",
        "subsidies.NoticeWriter.user",
        "subsidies.Objection.answered_by",
        "subsidies.PayeeAccount.decided_by",
        "subsidies.PayeeAccount.entered_by",
        "subsidies.Payment.approved_by",
        "subsidies.Payment.executed_by",
        "subsidies.Payment.prepared_by",
        "subsidies.PublicNotice.edited_by",
        "subsidies.PublicNotice.published_by",
        "subsidies.Recommendation.decided_by",
        "subsidies.Recommendation.prepared_by",
        "subsidies.Recovery.decided_by",
        "subsidies.Recovery.proposed_by",
        "subsidies.Recovery.stated_by",
        "subsidies.Repayment.registered_by",
        "subsidies.RemedyFile.added_by",
        "subsidies.SiteCheck.commented_by",
        "subsidies.SiteCheck.decided_by",
        "subsidies.SiteCheck.remedied_by",
        "subsidies.SiteVisit.planned_by",
        "subsidies.Submission.signed_by",
        "subsidies.VisitDocument.added_by",
        "subsidies.VisitOfficer.user",
        "subsidies.VisitPhoto.added_by",
    )
)
# Encrypted in the database, and shown to those alone who handle them; addresses that news go to, to nobody.
SEALED = frozenset(
    (
        "subsidies.Objection.contact",
        "subsidies.Objection.email",
        "subsidies.Objection.name",
        "subsidies.Objection.text",
        "subsidies.PayeeAccount.number",
        "subsidies.Subscription.email",  # of anyone, without an account: found again by its digest alone
        "subsidies.Subscription.token",
        "subsidies.SubscriptionRequest.email",
    )
)

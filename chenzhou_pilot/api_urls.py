from django.urls import include, path

from accounts.api import OrganisationList
from bases.api import BaseDetail, BaseList
from chenzhou_pilot.api import DivisionList, Root, Statistics
from chenzhou_pilot.api_docs import Schema, docs
from projects.api import ProjectDetail, ProjectList
from subsidies.api.applications import ApplicationDetail, ApplicationList
from subsidies.api.attachments import Attachment, AttachmentContent, Attachments
from subsidies.api.awards import AwardDetail, AwardList
from subsidies.api.budgets import BudgetDetail, BudgetEntries, BudgetList
from subsidies.api.eligibility import EligibilityCheck
from subsidies.api.inbox import Inbox, InboxRead, NoticeRead
from subsidies.api.invitations import Accepting, Declining, Invitation, InvitationList
from subsidies.api.meetings import (
    DecisionDetail,
    Decisions,
    MeetingDetail,
    MeetingList,
    Recusals,
    Releasing,
    WhatIf,
)
from subsidies.api.money import Account, Money, PaymentList
from subsidies.api.moves import AskingToSign, Corrections, History, Receipt, Submitting, Validation, Withdrawing
from subsidies.api.notices import NoticeDetail, NoticeList
from subsidies.api.public import CallDetail, CallList, PolicyDetail, PolicyList, SchemeDetail, SchemeList
from subsidies.api.reports import Reports
from subsidies.api.reviews import Dropping, Noting, ReviewList, Revising, Sheet, Signing
from subsidies.api.site_checks import SiteChecks

app_name = "api"

APPLICATION = [
    path("", ApplicationDetail.as_view(), name="application_detail"),
    path("attachments/", Attachments.as_view(), name="application_attachments"),
    path("attachments/<uuid:file_id>/", Attachment.as_view(), name="application_attachment"),
    path("attachments/<uuid:file_id>/content/", AttachmentContent.as_view(), name="application_attachment_content"),
    path("receipts/<int:round>/", Receipt.as_view(), name="application_receipt"),
    path("validate/", Validation.as_view(), name="application_validate"),
    path("submit/", Submitting.as_view(), name="application_submit"),
    path("withdraw/", Withdrawing.as_view(), name="application_withdraw"),
    path("account/", Account.as_view(), name="application_account"),
    path("payments/", Money.as_view(), name="application_payments"),
    path("history/", History.as_view(), name="application_history"),
    path("reports/", Reports.as_view(), name="application_reports"),
    path("site-checks/", SiteChecks.as_view(), name="application_site_checks"),
    path("corrections/ask-to-sign/", AskingToSign.as_view(), name="application_ask_to_sign"),
    path("corrections/", Corrections.as_view(), name="application_corrections"),
]
MEETING = [
    path("", MeetingDetail.as_view(), name="meeting_detail"),
    path("what-if/", WhatIf.as_view(), name="meeting_what_if"),
    path("release/", Releasing.as_view(), name="meeting_release"),
    path("decisions/", Decisions.as_view(), name="meeting_decisions"),
    path("decisions/<int:decision_id>/", DecisionDetail.as_view(), name="decision_detail"),
    path("decisions/<int:decision_id>/recusals/", Recusals.as_view(), name="decision_recusals"),
]

urlpatterns = [
    path("v1/", Root.as_view(), name="root"),
    path("v1/bases/", BaseList.as_view(), name="base_list"),
    path("v1/bases/<slug_or_code:slug>/", BaseDetail.as_view(), name="base_detail"),
    path("v1/projects/", ProjectList.as_view(), name="project_list"),
    path("v1/projects/<slug_or_code:slug>/", ProjectDetail.as_view(), name="project_detail"),
    path("v1/organisations/", OrganisationList.as_view(), name="organisation_list"),
    path("v1/divisions/", DivisionList.as_view(), name="division_list"),
    path("v1/statistics/", Statistics.as_view(), name="statistics"),
    path("v1/policies/", PolicyList.as_view(), name="policy_list"),
    path("v1/policies/<slug:slug>/", PolicyDetail.as_view(), name="policy_detail"),
    path("v1/schemes/", SchemeList.as_view(), name="scheme_list"),
    path("v1/schemes/<slug:slug>/", SchemeDetail.as_view(), name="scheme_detail"),
    path("v1/calls/", CallList.as_view(), name="call_list"),
    path("v1/calls/<slug:slug>/", CallDetail.as_view(), name="call_detail"),
    path("v1/calls/<slug:slug>/eligibility-check/", EligibilityCheck.as_view(), name="call_eligibility_check"),
    path("v1/awards/", AwardList.as_view(), name="award_list"),
    path("v1/awards/<int:award_id>/", AwardDetail.as_view(), name="award_detail"),
    path("v1/notices/", NoticeList.as_view(), name="notice_list"),
    path("v1/notices/<slug:slug>/", NoticeDetail.as_view(), name="notice_detail"),
    path("v1/applications/", ApplicationList.as_view(), name="application_list"),
    path("v1/applications/<uuid:public_id>/", include(APPLICATION)),
    path("v1/reviews/", ReviewList.as_view(), name="review_list"),
    path("v1/reviews/<int:seat_id>/sheet/", Sheet.as_view(), name="review_sheet"),
    path("v1/reviews/<int:seat_id>/sheet/sign/", Signing.as_view(), name="review_sheet_sign"),
    path("v1/reviews/invitations/", InvitationList.as_view(), name="review_invitations"),
    path("v1/reviews/<int:seat_id>/invitation/", Invitation.as_view(), name="review_invitation"),
    path("v1/reviews/<int:seat_id>/accept/", Accepting.as_view(), name="review_accept"),
    path("v1/reviews/<int:seat_id>/decline/", Declining.as_view(), name="review_decline"),
    path("v1/reviews/<int:seat_id>/sheet/revise/", Revising.as_view(), name="review_sheet_revise"),
    path("v1/reviews/<int:seat_id>/sheet/drop/", Dropping.as_view(), name="review_sheet_drop"),
    path("v1/reviews/<int:seat_id>/note/", Noting.as_view(), name="review_note"),
    path("v1/meetings/", MeetingList.as_view(), name="meeting_list"),
    path("v1/meetings/<int:meeting_id>/", include(MEETING)),
    path("v1/budgets/", BudgetList.as_view(), name="budget_list"),
    path("v1/budgets/<int:budget_id>/", BudgetDetail.as_view(), name="budget_detail"),
    path("v1/budgets/<int:budget_id>/entries/", BudgetEntries.as_view(), name="budget_entries"),
    path("v1/payments/", PaymentList.as_view(), name="payment_list"),
    path("v1/inbox/", Inbox.as_view(), name="inbox"),
    path("v1/inbox/read/", InboxRead.as_view(), name="inbox_read_all"),
    path("v1/inbox/<uuid:notice_id>/read/", NoticeRead.as_view(), name="inbox_read"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]

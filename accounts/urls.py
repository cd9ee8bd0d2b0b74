from django.urls import path

from accounts.views import inbox, invitations, joining, organisations, own

app_name = "accounts"
ORGANISATION = "organisations/<slug:slug>/"

urlpatterns = [
    path("", own.me, name="me"),
    path("signed-out/", own.signed_out, name="signed_out"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read_all, name="inbox_read_all"),
    path("inbox/preferences/", inbox.preferences, name="preferences"),
    path("inbox/<uuid:public_id>/open/", inbox.notice_open, name="notice_open"),
    path("tokens/", own.token_list, name="token_list"),
    path("tokens/create/", own.token_create, name="token_create"),
    path("tokens/<int:pk>/revoke/", own.token_revoke, name="token_revoke"),
    path("join/", joining.join, name="join"),
    path("join/new/", joining.organisation_create, name="organisation_create"),
    path("join/ask/", joining.join_ask, name="join_ask"),
    path("join/claim/", joining.join_claim, name="join_claim"),
    path("join/requests/<int:request_id>/withdraw/", joining.join_withdraw, name="join_withdraw"),
    path("join/claims/<int:claim_id>/withdraw/", joining.claim_withdraw, name="claim_withdraw"),
    path(
        "invitations/mine/<int:invitation_id>/accept/", invitations.own_invitation_accept, name="own_invitation_accept"
    ),
    path("invitations/<str:token>/", invitations.invitation_detail, name="invitation_detail"),
    path("invitations/<str:token>/accept/", invitations.invitation_accept, name="invitation_accept"),
    path(ORGANISATION, organisations.organisation_detail, name="organisation_detail"),
    path(f"{ORGANISATION}edit/", organisations.organisation_edit, name="organisation_edit"),
    path(f"{ORGANISATION}verification/", organisations.organisation_verification, name="organisation_verification"),
    path(f"{ORGANISATION}verification/withdraw/", organisations.verification_withdraw, name="verification_withdraw"),
    path(f"{ORGANISATION}licence/", organisations.organisation_licence, name="organisation_licence"),
    path(f"{ORGANISATION}invite/", organisations.organisation_invite, name="organisation_invite"),
    path(
        f"{ORGANISATION}invitations/<int:invitation_id>/revoke/",
        organisations.invitation_revoke,
        name="invitation_revoke",
    ),
    path(f"{ORGANISATION}requests/<int:request_id>/decide/", organisations.join_decide, name="join_decide"),
    path(f"{ORGANISATION}members/<int:member_id>/role/", organisations.member_role, name="member_role"),
    path(f"{ORGANISATION}members/<int:member_id>/remove/", organisations.member_remove, name="member_remove"),
    path(f"{ORGANISATION}leave/", organisations.organisation_leave, name="organisation_leave"),
]

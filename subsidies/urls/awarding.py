from django.urls import path

from subsidies.views import award_papers, payee_accounts

ONE = "applications/<uuid:public_id>/"

urlpatterns = [
    path(f"{ONE}award/", award_papers.award_paper, name="award_paper"),
    path(f"{ONE}award.pdf", award_papers.award_paper_pdf, name="award_paper_pdf"),
    path(f"{ONE}account/", payee_accounts.application_account, name="application_account"),
    path("award-check/", award_papers.award_check, name="award_check"),
    path("award-check/<str:check_code>/", award_papers.award_checked, name="award_checked"),
]

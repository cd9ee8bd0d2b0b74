"""Public pages of calls, and the pages where firms write and follow their applications."""

from subsidies.urls import (
    applications,
    attachments,
    awarding,
    awards,
    calls,
    draws,
    firm,
    follow_up,
    notices,
    receipts,
    reviewing,
    reviews,
    subscriptions,
    visits,
)

app_name = "subsidies"
urlpatterns = [
    *calls.urlpatterns,
    *awards.urlpatterns,
    *applications.urlpatterns,
    *attachments.urlpatterns,
    *receipts.urlpatterns,
    *awarding.urlpatterns,
    *firm.urlpatterns,
    *follow_up.urlpatterns,
    *reviewing.urlpatterns,
    *visits.urlpatterns,
    *reviews.urlpatterns,
    *draws.urlpatterns,
    *notices.urlpatterns,
    *subscriptions.urlpatterns,
]

from django.urls import path

from subsidies.views import reviews

urlpatterns = [
    path("reviews/", reviews.review_list, name="review_list"),
    path("reviews/<int:seat_id>/", reviews.review_seat, name="review_seat"),
    path("reviews/<int:seat_id>/accept/", reviews.review_accept, name="review_accept"),
    path("reviews/<int:seat_id>/decline/", reviews.review_decline, name="review_decline"),
    path("reviews/register/", reviews.review_register, name="review_register"),
    path("reviews/register/absences/", reviews.absence_add, name="absence_add"),
    path("reviews/register/absences/<int:absence_id>/remove/", reviews.absence_remove, name="absence_remove"),
    path("reviews/register/interests/", reviews.interest_add, name="interest_add"),
]

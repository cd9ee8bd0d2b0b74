from django.urls import path

from subsidies.views import draws

urlpatterns = [
    path("draws/", draws.draw_list, name="draw_list"),
    path("draws/verify_draw.py", draws.draw_verifier, name="draw_verifier"),
    path("draws/<uuid:public_id>/", draws.draw_detail, name="draw_detail"),
    path("draws/<uuid:public_id>/draw.json", draws.draw_file, name="draw_file"),
]

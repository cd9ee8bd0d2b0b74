from django.urls import URLPattern, path

from subsidies.views import subscriptions

urlpatterns: list[URLPattern] = [
    path("subscribe/", subscriptions.subscribe, name="subscribe"),
    path("subscribe/sent/", subscriptions.subscription_sent, name="subscription_sent"),
    path("subscribe/confirm/<str:token>/", subscriptions.subscription_confirm, name="subscription_confirm"),
    path("subscriptions/<str:token>/", subscriptions.subscription, name="subscription"),
    path("subscriptions/<str:token>/end/", subscriptions.subscription_end, name="subscription_end"),
]

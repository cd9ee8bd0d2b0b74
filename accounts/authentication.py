from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class PersonalToken(TokenAuthentication):
    """knox, answering a token that is no text with 401 as well."""

    def authenticate_credentials(self, token: bytes) -> tuple:
        if not token.isascii():
            raise AuthenticationFailed
        return super().authenticate_credentials(token)


class PersonalTokenScheme(KnoxTokenScheme):
    target_class = "accounts.authentication.PersonalToken"
    name = "token"

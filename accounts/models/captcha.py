from django.db import models


class SpentChallenge(models.Model):
    """A solved challenge of the sign-up, kept until it would have expired anyway: it counts once."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "spent challenge"
        verbose_name_plural = "spent challenges"

    def __str__(self) -> str:
        return self.digest[:16]

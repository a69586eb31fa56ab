"""What people pin to the board."""

from barding.moderation.fields import ModeratedFileField
from django.db import models

from board.policy import PICTURES


class Picture(models.Model):
    """A picture with a title; it waits for a moderator."""

    title = models.CharField(max_length=80)
    file = ModeratedFileField(verbose_name="picture", policy=PICTURES)

    def __str__(self):
        return self.title

"""Models with moderated files."""

from barding.moderation.fields import ModeratedFileField
from barding.uploads import UploadPolicy
from django.db import models


def look_at_nothing(file):
    """Lets every file pass: these tests are about what happens to files, not about which may come."""


class Photo(models.Model):
    title = models.CharField(max_length=50)
    file = ModeratedFileField(validators=[look_at_nothing])
    second = ModeratedFileField(validators=[look_at_nothing], null=True, blank=True)

    class Meta:
        app_label = "gallery"


class Logo(models.Model):
    file = ModeratedFileField(validators=[look_at_nothing])

    class Meta:
        app_label = "gallery"


class Guarded(models.Model):
    file = ModeratedFileField(policy=UploadPolicy(kinds=("png", "jpeg"), metadata="strip"))

    class Meta:
        app_label = "gallery"


class Loose(models.Model):
    anything = models.FileField(upload_to="loose")

    class Meta:
        app_label = "gallery"

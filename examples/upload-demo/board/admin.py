"""The board in the admin; the moderators' desk is under "Moderation of uploads"."""

from django.contrib import admin

from board.models import Picture

admin.site.register(Picture, list_display=["title", "file"])

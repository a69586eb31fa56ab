"""A quarantine that is full early, to see what the site does then: ``DEMO_SMALL_DISK`` is the number of bytes it takes."""

import errno
import os

from barding.moderation.conf import PrivateStorage
from django.conf import settings


class SmallDisk(PrivateStorage):
    """Writes until the disk would be full, and leaves the piece behind, as a disk does."""

    def _save(self, name, content):
        used = sum(os.path.getsize(os.path.join(folder, file)) for folder, _, files in os.walk(self.location) for file in files)
        room = settings.DEMO_SMALL_DISK - used
        if content.size <= room:
            return super()._save(name, content)
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as piece:
            piece.write(content.read(max(room, 0)))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

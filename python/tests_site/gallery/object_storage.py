"""A storage as object stores are: no paths, no folders but in names, addresses that are signed, and days when it does not answer."""

from io import BytesIO

from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils import timezone
from django.utils.deconstruct import deconstructible


@deconstructible
class ObjectStorage(Storage):
    """Objects of one bucket. All storages of a bucket see the same objects, as on a server."""

    buckets: dict = {}
    #: What may be done before the next call fails; nothing means everything.
    answers_left = None

    def __init__(self, bucket="private"):
        self.objects = self.buckets.setdefault(bucket, {})

    def _asked(self):
        if ObjectStorage.answers_left is not None:
            ObjectStorage.answers_left -= 1
            if ObjectStorage.answers_left < 0:
                raise ConnectionError("the object store does not answer")

    def _open(self, name, mode="rb"):
        self._asked()
        if name not in self.objects:
            raise FileNotFoundError(name)
        return File(BytesIO(self.objects[name][0]), name)

    def _save(self, name, content):
        self._asked()
        self.objects[name] = b"".join(content.chunks()), timezone.now()
        return name

    def delete(self, name):
        self._asked()
        self.objects.pop(name, None)

    def exists(self, name):
        self._asked()
        return name in self.objects

    def listdir(self, path):
        self._asked()
        prefix = f"{path}/" if path else ""
        names = [name[len(prefix) :] for name in self.objects if name.startswith(prefix)]
        return sorted({name.split("/")[0] for name in names if "/" in name}), sorted(name for name in names if "/" not in name)

    def size(self, name):
        self._asked()
        return len(self.objects[name][0])

    def url(self, name):
        return f"https://objects.shop.example/{name}?Signature=x"

    def get_modified_time(self, name):
        return self.objects[name][1]

"""Uploads that cannot bite: what may be uploaded, decided by what a file really is.

    from barding.uploads import SafeImageField, UploadPolicy, ValidateUpload

``UploadPolicy`` says what is allowed, ``ValidateUpload(policy)`` checks any file with it (model fields, form fields, DRF
serializers, plain streams), ``SafeFileField`` and ``SafeImageField`` are model fields that also check when a model is saved
without a form. ``barding.uploads.forms`` has the form fields, ``barding.uploads.handlers.EarlyUploadHandler`` refuses while
a file is still arriving.
"""

from barding.uploads.clamav import ClamAV, ScannerUnavailable
from barding.uploads.examine import Examined, UploadRefused, examine
from barding.uploads.fields import SafeFileField, SafeImageField
from barding.uploads.names import RandomName
from barding.uploads.policy import DOCUMENTS, IMAGES, MEDIA, UploadPolicy
from barding.uploads.validators import ValidateUpload

__all__ = [
    "DOCUMENTS",
    "IMAGES",
    "MEDIA",
    "ClamAV",
    "Examined",
    "RandomName",
    "SafeFileField",
    "SafeImageField",
    "ScannerUnavailable",
    "UploadPolicy",
    "UploadRefused",
    "ValidateUpload",
    "examine",
]

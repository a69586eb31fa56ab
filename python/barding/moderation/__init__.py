"""Uploads wait in quarantine until somebody has looked at them.

The pieces::

    ModeratedFileField      a model's field: uploads land in a private storage, as pending
    Upload                  one upload, with its state, its hash and its history
    approve, reject, publish, withdraw, reopen    what moderators do; each leaves an entry in the history
    signals                 upload_received, upload_approved, upload_rejected, upload_published, upload_withdrawn
    urls                    include("barding.moderation.urls"): the view that serves uploads, inert
    manage.py reconcile_uploads    accounts for every file and every row

States: *receiving* (the file is not all there yet) → *pending* → *approved* or *rejected*; *approved* → *published*. Until an
upload is published only its uploader and moderators (permission ``barding_moderation.can_moderate``) see it.
"""

__all__ = ["uploading_as"]

from barding.moderation.uploader import uploading_as

"""Sent after the transaction has been committed, with ``upload``, ``by`` (a user or nobody) and ``reason``."""

from django.dispatch import Signal

__all__ = ["upload_approved", "upload_published", "upload_received", "upload_rejected", "upload_reopened", "upload_withdrawn"]

upload_received = Signal()
upload_approved = Signal()
upload_rejected = Signal()
upload_published = Signal()
upload_withdrawn = Signal()
upload_reopened = Signal()

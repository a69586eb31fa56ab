"""What may be pinned to the board: pictures of moderate size."""

from django.core.exceptions import ValidationError

_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


def is_picture(file):
    """Raises ``ValidationError`` for what is no picture."""
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    if not start.startswith(_STARTS):
        raise ValidationError("This is no PNG, JPEG or GIF picture.", code="kind")


PICTURES = [is_picture]

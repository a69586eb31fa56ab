"""What may be pinned to the board."""

from barding.uploads import IMAGES, UploadPolicy

#: Pictures of up to five megabytes. Where and with what they were taken is nobody's business.
PICTURES = UploadPolicy(kinds=IMAGES, max_size=5 << 20, metadata="strip")

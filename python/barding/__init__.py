"""barding: how secure a Django project really is.

The command ``barding`` audits projects and sites. The Django apps of this package close two gaps Django leaves to the
developer: ``barding.uploads`` (what may be uploaded) and ``barding.logs`` (what logs must not tell).
"""

from barding._core import VERSION as __version__

__all__ = ["__version__"]

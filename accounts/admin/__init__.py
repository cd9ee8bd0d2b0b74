"""The working desk of people, organisations and their verification."""

from accounts.admin import people, verification

__all__ = ["people", "verification"]

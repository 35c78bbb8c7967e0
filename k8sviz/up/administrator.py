"""The first administrator, with a random password that is shown once and kept nowhere."""

import secrets

from django.contrib.auth.models import User

NAME = "admin"


def ensure() -> str | None:
    """The password of the administrator just made, or None when there is one already."""
    if User.objects.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser(NAME, "", password)
    return password

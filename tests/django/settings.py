# SPDX-License-Identifier: Apache-2.0
import os
import urllib.parse


def database(url):
    """sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME, as Django wants it."""
    parts = urllib.parse.urlsplit(url)
    name = urllib.parse.unquote(parts.path[1:])
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name}
    if parts.scheme == "postgresql":
        return {"ENGINE": "django.db.backends.postgresql", "NAME": name, "HOST": parts.hostname,
                "PORT": parts.port, "USER": parts.username, "PASSWORD": urllib.parse.unquote(parts.password or "")}
    raise ValueError(f"no such kind of database: {parts.scheme}")


DATABASES = {"default": database(os.environ["FMF_DJANGO_DATABASE"])}
SECRET_KEY = "made-up-only"
INSTALLED_APPS = ["images", "patients", "django.contrib.auth", "django.contrib.contenttypes"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Not UTC, so that a time of the wrong zone in the database shows.
USE_TZ = True
TIME_ZONE = "Australia/Hobart"

"""Django's settings. What differs between installations comes from the environment: see docs/reference.md."""

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from k8sviz.secret_key import secret_key


def whole_number(variable: str, default: int, *, most: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise ImproperlyConfigured(f"{variable} must be a number from 1 to {most}, not {text!r}.")
    return int(text)


BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").expanduser().absolute()
PORT = whole_number("PORT", 8000, most=65535)
KUBE_PORT = whole_number("KUBE_PORT", 6443, most=65535)
SHARDS = whole_number("SHARDS", 1, most=1024)
STALLED_AFTER = whole_number("STALLED_AFTER", 30, most=3600)

DEBUG = os.environ.get("DEBUG", "") not in ("", "0", "false")
SECRET_KEY = secret_key(DATA_DIR)

LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
EXTRA_HOSTS = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
ALLOWED_HOSTS = LOOPBACK + EXTRA_HOSTS
CSRF_TRUSTED_ORIGINS = [f"https://{host.replace('*', '')}" for host in EXTRA_HOSTS if host != "*"]

INSTALLED_APPS = [
    # Twisted takes its time: only Django's development server needs Daphne among the applications.
    *(["daphne"] if "runserver" in sys.argv else []),
    # The pages of the admin are looked for in k8sviz.urls: worker and beat have no use for them.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_vite",
    "simulator.apps.SimulatorConfig",
    "simulator.objects.apps.ObjectsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "k8sviz.csp.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "k8sviz.urls"
ASGI_APPLICATION = "k8sviz.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The database: SQLite in DATA_DIR, or what DATABASE_URL says.
DATABASE_URL = os.environ.get("DATABASE_URL", "")
_database: Any
if DATABASE_URL:
    try:
        _database = dj_database_url.parse(DATABASE_URL, conn_health_checks=True)
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL is not understood: {error}") from error
    # psycopg keeps a pool per process: a request's thread takes a connection from it and gives it back.
    if _database["ENGINE"] == "django.db.backends.postgresql":
        _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 20, "timeout": 10}}
else:
    _database = {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "db.sqlite3"}
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        # A transaction that reads first and writes later would fail at once when another wrote in between:
        # all of ours that are not plain reads take the write lock at their start and wait for it.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DATABASES = {"default": _database}

# Redis carries the tasks of Celery and the news of the channel layer. `manage.py up` sets REDIS_URL for its
# processes when it runs a private server, and leaves the address in DATA_DIR for commands that are run by hand.
_private_redis = DATA_DIR / "redis.url"
REDIS_URL = (
    os.environ.get("REDIS_URL")
    or (_private_redis.read_text().strip() if _private_redis.is_file() else "")
    or "redis://127.0.0.1:6379/0"
)
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py's own time-out of 5 s would cut a subscription that has no news.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "visibility_timeout": 60}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "sim.0"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BEAT_SCHEDULE = {
    # Expired messages are dropped: a sweep that had no worker for a while need not be made up for.
    "sweep": {"task": "simulator.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "clear": {"task": "simulator.tasks.clear", "schedule": 3600.0, "options": {"expires": 3600}},
    "compact": {"task": "simulator.tasks.compact", "schedule": 60.0, "options": {"expires": 60}},
}

# Who runs a cluster holds it for so long after its last tick; then another worker may take it over.
LEASE_SECONDS = whole_number("LEASE_SECONDS", 5, most=3600)
# Beyond loopback people sign in, unless guests are let in.
GUESTS = os.environ.get("GUESTS", "") not in ("", "0", "false")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Vite builds static/src into static/dist; the files of Django's admin come from its package.
STATIC_URL = "/static/"
STATIC_DIST = BASE_DIR / "static" / "dist"
STATICFILES_DIRS = [STATIC_DIST] if STATIC_DIST.is_dir() else []
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": STATIC_DIST / "manifest.json"}}

# The largest body that a Kubernetes API server takes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
LOGIN_URL = "sign-in"
X_FRAME_OPTIONS = "SAMEORIGIN"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {
        "not_unavailable": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", 0) != 503,
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # A client's own mistake (4xx) is told to the client, not to the person who runs the server.
        # 503 is what /readyz says while the other processes start.
        "django.request": {"level": "ERROR", "filters": ["not_unavailable"]},
        "py.warnings": {"level": "ERROR"},
        "simulator": {"level": os.environ.get("LOG_LEVEL", "INFO")},
    },
}

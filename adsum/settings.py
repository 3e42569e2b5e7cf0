"""Settings: each comes from the environment and is documented in docs/settings.md."""

import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from psycopg.conninfo import conninfo_to_dict

from adsum.core.keeping import keep_once, keep_webhook_secret
from adsum.management.postgres import embedded_url, home_folder

BASE_DIR = Path(__file__).resolve().parent
HOME = home_folder()

_FRESH_KEY = secrets.token_urlsafe(48).encode()
SECRET_KEY = os.environ.get("ADSUM_SECRET_KEY") or keep_once(HOME / "secret-key", _FRESH_KEY).decode()
PUBLIC_URL = os.environ.get("ADSUM_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    urlsplit(PUBLIC_URL).hostname or "",
    *os.environ.get("ADSUM_HOSTS", "").split(),
]
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "pgtrigger",
    "procrastinate.contrib.django",
    "adsum",
]
MIDDLEWARE = [
    "adsum.management.headers.nothing_told_twice",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "adsum.management.compressing.brotli_where_it_is_read",
    "adsum.api.refusing.large_messages_are_counted",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "adsum.management.headers.content_security_policy",
    "adsum.api.partners.front.partners_front",
    "adsum.console.cookies.plain_session_keys",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "adsum.portal.kiosk.kiosk_mode",
    "adsum.management.headers.staff_session",
    "adsum.portal.whole.whole_posts_only",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "adsum.urls"
WSGI_APPLICATION = "adsum.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {
                "adsum_words": "adsum.console.words",
                "adsum_records": "adsum.console.record_coverage",
                "adsum_leads": "adsum.console.record_words",
                "adsum_counterparts": "adsum.console.counterpart_words",
                "adsum_deciding": "adsum.console.review_words",
                "adsum_reviews": "adsum.console.case_files",
                "adsum_questions": "adsum.portal.words",
                "adsum_lowering": "adsum.portal.what_would_lower_it",
                "adsum_audio": "adsum.portal.audio",
                "adsum_clocks": "adsum.portal.clocks",
                "adsum_easing": "adsum.portal.easing",
                "adsum_law": "adsum.console.law_forms",
            },
        },
    }
]


def _database(url: str, role: str, **more: Any) -> dict[str, Any]:
    """Django's form of a libpq address, socket hosts included; a session begins as `role`."""
    options: dict[str, Any] = dict(conninfo_to_dict(url))
    name = options.pop("dbname", "")
    if role:
        options["options"] = f"{options.get('options', '')} -c role={role}".strip()
    # Bound and, at their fifth time, prepared by the server: the hot path's statements are planned once a connection.
    options |= {"server_side_binding": True, "prepare_threshold": 5}
    return {
        "ENGINE": "adsum.core.database",
        "NAME": name,
        "OPTIONS": options | more,
    }


# `default` is what the app may do: append-only tables bind it. `owner` makes and migrates the tables.
DATABASE_URL = os.environ.get("DATABASE_URL") or embedded_url(HOME)
DATABASE_ROLE = os.environ.get("ADSUM_DATABASE_ROLE", "adsum_app")
# Few connections serve many threads: a phone that reads slowly holds none, and a rush opens no more.
# After a failure each request tries anew: the pool's own retries would wait longer and longer while the server is back.
POOL = {"min_size": 1, "max_size": 8, "timeout": 2.0, "reconnect_timeout": 1.0}
DATABASES = {
    "default": _database(DATABASE_URL, DATABASE_ROLE, pool=POOL),
    "owner": _database(DATABASE_URL, ""),
}

AUTH_USER_MODEL = "adsum.Staff"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = []
LOGIN_URL = "sign-in"
SESSION_COOKIE_AGE = 9 * 3600
SESSION_COOKIE_NAME = "adsum_staff"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "adsum.portal.views.form_expired"
CSRF_COOKIE_NAME = "adsum_csrf"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "en"
# Each in its own name: who looks for a language finds it in that one.
LANGUAGES = [
    ("en", "English"),
    ("es", "Español"),
    ("ht", "Kreyòl ayisyen"),
    ("pt", "Português"),
    ("fr", "Français"),
    ("zh-hans", "简体中文"),
    ("pa", "ਪੰਜਾਬੀ"),
    ("ru", "Русский"),
    ("uk", "Українська"),
    ("ar", "العربية"),
]
# Rarely written: offered as soon as there are recordings, with pictures and Spanish texts beside them.
SPOKEN_LANGUAGES = [("mam", "Mam"), ("quc", "K’iche’"), ("kjb", "Q’anjob’al")]
# Django 5.2 does not know Haitian Creole. Whoever speaks a Mayan language reads Spanish, until there are texts.
LANG_INFO["ht"] = {"bidi": False, "code": "ht", "name": "Haitian Creole"}
LANG_INFO |= {code: {"fallback": ["es"]} for code, _ in SPOKEN_LANGUAGES}
LANG_INFO |= {code: LANG_INFO[code] | {"name_local": name} for code, name in LANGUAGES}
FORMAT_MODULE_PATH = "adsum.locale"
LANGUAGE_COOKIE_NAME = "adsum_language"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# Facts for other systems are posted there, beside the subscribers that the operator has added.
WEBHOOK_URL = os.environ.get("ADSUM_WEBHOOK_URL", "")
WEBHOOK_SECRET = os.environ.get("ADSUM_WEBHOOK_SECRET", "")
if WEBHOOK_URL and not WEBHOOK_SECRET:
    WEBHOOK_SECRET = keep_webhook_secret(HOME / "webhook-secret")

# The secrets by which the other subscribers know that it is Adsum who speaks, a file each.
SUBSCRIBER_SECRETS = os.environ.get("ADSUM_SUBSCRIBER_SECRETS", "") or str(HOME / "subscriber-secrets")

# What watches the service (Prometheus) shows this token; while it is empty there are no figures.
METRICS_TOKEN = os.environ.get("ADSUM_METRICS_TOKEN", "")

# ClamAV's clamd, as host:port or the path of its socket; while it is empty nothing is scanned.
CLAMD = os.environ.get("ADSUM_CLAMD", "")
# Sources of outside records leave files below it, each in the folder of its code; while it is empty nobody looks.
RECORDS_DROP = os.environ.get("ADSUM_RECORDS_DROP", "")
# The secrets by which sources and Adsum know each other, a file each.
RECORDS_SECRETS = os.environ.get("ADSUM_RECORDS_SECRETS", "") or str(HOME / "records-secrets")

# Text messages are posted there; while it is empty there are none. The secret signs what goes and what comes back.
SMS_URL = os.environ.get("ADSUM_SMS_URL", "")
SMS_SECRET = os.environ.get("ADSUM_SMS_SECRET", "")
if not SMS_SECRET:
    SMS_SECRET = keep_webhook_secret(HOME / "sms-secret")
# Where Adsum may push messages to devices: these hosts, over https (`*.` before a name: below it). Empty: no pushes.
# Those of Chrome, Firefox, Safari and Edge; nobody can subscribe elsewhere.
PUSH_SERVICES = "fcm.googleapis.com *.push.services.mozilla.com *.push.apple.com *.notify.windows.com"
PUSH_HOSTS = os.environ.get("ADSUM_PUSH_HOSTS", PUSH_SERVICES).lower().split()
# A fake push service on this machine, for demos and tests: `adsum gateway`.
PUSH_FAKE = os.environ.get("ADSUM_PUSH_FAKE", "")
EMAIL_HOST = os.environ.get("ADSUM_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("ADSUM_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("ADSUM_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("ADSUM_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 20
EMAIL_FROM = os.environ.get("ADSUM_EMAIL_FROM", "adsum@localhost")

# The agency's own sign-in service (OpenID Connect); while the issuer is empty there is none.
OIDC_ISSUER = os.environ.get("ADSUM_OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT_ID = os.environ.get("ADSUM_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("ADSUM_OIDC_CLIENT_SECRET", "")
OIDC_NAME = os.environ.get("ADSUM_OIDC_NAME", "your agency's account")

PROCRASTINATE_IMPORT_PATHS = ["adsum.management.jobs"]

WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "no-referrer, same-origin"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY: dict[str, Any] = {
    "geolocation": "self",
    "camera": "self",
    "microphone": [],
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Who is behind a proxy sets this; then the last address in X-Forwarded-For is the network of a request.
BEHIND_PROXY = os.environ.get("ADSUM_BEHIND_PROXY", "") == "1"
# A header in which the proxy names the country of a request's network (ISO 3166-1), such as CF-IPCountry.
COUNTRY_HEADER = os.environ.get("ADSUM_COUNTRY_HEADER", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200


def _mask_paths(_: Any, __: str, event: Any) -> Any:
    """Codes and receipt numbers stand in addresses; in the log they do not."""
    masked = r"(/(?:start|receipts|calendar|p|represented)/)[^/\s]+"
    event["event"] = re.sub(masked, r"\1…", str(event.get("event", "")))
    return event


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _mask_paths,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {
        "handlers": ["stderr"],
        "level": os.environ.get("ADSUM_LOG_LEVEL", "WARNING"),
    },
    "loggers": {"adsum": {"level": os.environ.get("ADSUM_LOG_LEVEL", "INFO")}},
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)

"""All settings, read once from the environment; README.md lists the variables. A bad value stops the start."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from ser_portal import env
from ser_portal.intake.scanner import parse_address

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = env.folder("PORTAL_VAR", BASE_DIR / "var")
PORTAL_ENV = env.choice("PORTAL_ENV", "development", among=["development", "production"])
PRODUCTION = PORTAL_ENV == "production"

DEBUG = env.boolean("PORTAL_DEBUG", default=False)
DEVELOPMENT_KEY = "alleen-voor-ontwikkeling-en-demonstratie-nooit-in-productie"
SECRET_KEY = env.text("PORTAL_SECRET_KEY", DEVELOPMENT_KEY)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
PORTAL_URL = env.text("PORTAL_URL")  # where readers find the portal: makes the links in a document whole
if PORTAL_URL and not PORTAL_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured(f"PORTAL_URL is '{PORTAL_URL}', maar moet met https:// of http:// beginnen.")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
DEMO_ACCOUNTS = env.boolean("PORTAL_DEMO_ACCOUNTS", default=False)
ALLOW_SQLITE = env.boolean("PORTAL_ALLOW_SQLITE", default=not PRODUCTION)

if PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("PORTAL_DEBUG staat aan; in productie mag dat niet.")
    if SECRET_KEY == DEVELOPMENT_KEY:
        raise ImproperlyConfigured("PORTAL_SECRET_KEY ontbreekt; geef in productie een eigen, geheime sleutel.")
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
        raise ImproperlyConfigured(
            "PORTAL_SECRET_KEY is te kort of te eenvormig; geef minstens 50 willekeurige tekens."
        )
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS moet in productie de namen van deze site noemen, en geen '*'.")
    if DEMO_ACCOUNTS:
        raise ImproperlyConfigured("PORTAL_DEMO_ACCOUNTS staat aan; in productie bestaan geen demo-accounts.")

# --- Apps ------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "ser_portal.accounts",
    "ser_portal.audit",
    "covenants",
    "climate",
    "ser_portal.overview",
    "ser_portal.bench",
    "ser_portal.site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "simple_history",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ser_portal.web.DutchFirstMiddleware",
    "ser_portal.intake.upload.UploadSizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ser_portal.web.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "ser_portal.web.PrivatePagesMiddleware",
]

ROOT_URLCONF = "ser_portal.urls"
WSGI_APPLICATION = "ser_portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES: list[dict[str, Any]] = [
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
                "ser_portal.web.portal_context",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "ser_portal.templatetags.portal"],
            "libraries": {"portal": "ser_portal.templatetags.portal"},
        },
    }
]

# --- Database: SQLite unless DATABASE_URL says otherwise (facts.md, "Databases") -------------------------------------

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR / 'portal.sqlite3'}")
try:
    DATABASES: dict[str, Any] = {"default": dict(dj_database_url.parse(DATABASE_URL, conn_max_age=60))}
except (ValueError, dj_database_url.ParseError):
    raise ImproperlyConfigured(
        "DATABASE_URL is niet te lezen; schrijf bijvoorbeeld postgres://naam:wachtwoord@host:5432/portal."
    ) from None

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if PRODUCTION and not ALLOW_SQLITE:
        raise ImproperlyConfigured("DATABASE_URL ontbreekt; kies in productie PostgreSQL of zet PORTAL_ALLOW_SQLITE=1.")
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["TEST"] = {"NAME": VAR / "test.sqlite3"}  # a file: several threads must meet in it
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache: in the database, so that nobody is kept out when the broker is down --------------------------------------

CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# --- Queue: the file system unless REDIS_URL says otherwise (facts.md, "Jobs and brokers") ----------------------------

REDIS_URL = env.text("REDIS_URL")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 60,
        "unacked_restore_interval": 2,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "global_keyprefix": env.text("PORTAL_QUEUE_PREFIX", "portal:"),
    }
else:
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "queue"),
        "data_folder_out": str(VAR / "queue"),
        "control_folder": str(VAR / "queue-control"),
        "store_processed": False,
    }

if not REDIS_URL or "sqlite3" in DATABASES["default"]["ENGINE"]:
    try:
        for folder in (VAR, VAR / "queue", VAR / "queue-control"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as failed:
        raise ImproperlyConfigured(f"De map {VAR} (PORTAL_VAR) is niet te maken: {failed.strerror}.") from None

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # the row and its lease are the truth; a message is only a wake-up call
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Europe/Amsterdam"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
JOB_LEASE = timedelta(seconds=env.integer("PORTAL_JOB_LEASE_SECONDS", 30, least=2, most=3600))
JOB_SWEEP_SECONDS = env.integer("PORTAL_JOB_SWEEP_SECONDS", 5, least=1, most=600)
JOB_MOST_ATTEMPTS = 3
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {
        "task": "overview.sweep",
        "schedule": JOB_SWEEP_SECONDS,
        "options": {"expires": JOB_SWEEP_SECONDS * 2},
    },
    "sweep-lapsed": {  # just after midnight: whose last day was yesterday leaves nothing behind
        "task": "covenants.sweep_lapsed",
        "schedule": crontab(hour=0, minute=10),
        "options": {"expires": 12 * 60 * 60},
    },
    "remind": {"task": "covenants.remind", "schedule": timedelta(minutes=15), "options": {"expires": 15 * 60}},
    "sweep-evidence": {  # files without a row, and what waits for the virus scanner
        "task": "covenants.sweep_evidence",
        "schedule": timedelta(minutes=30),
        "options": {"expires": 30 * 60},
    },
    "clear-sessions": {  # what was typed just before a session ended is not kept longer than the session
        "task": "covenants.clear_sessions",
        "schedule": timedelta(hours=1),
        "options": {"expires": 60 * 60},
    },
}

# --- People ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "ser_portal.accounts.passwords.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "ser_portal.accounts.adapter.PortalAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the house, for an address it knows
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to an address the house does not know
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "invitation": "60/m/ip,20/5m/key",
    "invitation_mail": "200/h/user,6/h/key",
}
# How many proxies stand before the portal: the address of the visitor is read that many places from the right.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("PORTAL_TRUSTED_PROXIES", 0, least=0, most=5)

EMAIL_URL = env.text("PORTAL_SMTP_HOST")
if EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = EMAIL_URL
    EMAIL_PORT = env.integer("PORTAL_SMTP_PORT", 587, least=1, most=65535)
    EMAIL_HOST_USER = env.text("PORTAL_SMTP_USER")
    EMAIL_HOST_PASSWORD = env.text("PORTAL_SMTP_PASSWORD")
    EMAIL_USE_TLS = True
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR / "mail")
DEFAULT_FROM_EMAIL = env.text("PORTAL_MAIL_FROM", "portaal@localhost")

# --- Words and time --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Nederlands")), ("en", _("Engels"))]
LOCALE_PATHS = [BASE_DIR / "ser_portal" / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
USE_I18N = True

# --- Files -----------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {
        "BACKEND": env.text("PORTAL_STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# --- Evidence: kept outside every public path (ser_portal/intake) ----------------------------------------------------

EVIDENCE_ROOT = VAR / "evidence"
EVIDENCE_MOST_BYTES = 25 * 1024 * 1024  # per file
EVIDENCE_MOST_FILES = 6  # per request
EVIDENCE_QUOTA_BYTES = env.integer("PORTAL_EVIDENCE_QUOTA_MB", 500, least=25, most=1_000_000) * 1024 * 1024  # per party
EVIDENCE_SCANNER = env.text("PORTAL_CLAMD")
try:
    parse_address(EVIDENCE_SCANNER)
except ValueError:
    raise ImproperlyConfigured(
        f"PORTAL_CLAMD is '{EVIDENCE_SCANNER}', maar moet zijn als clamd://127.0.0.1:3310 of clamd:///run/clamd.sock."
    ) from None
FILE_UPLOAD_HANDLERS = ["ser_portal.intake.upload.QuotaUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600

# --- What a browser is told (facts.md, "Browser") --------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ser_portal.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.boolean("PORTAL_HTTPS_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^gezond/$"]  # a health probe inside the network speaks http
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if env.boolean("PORTAL_BEHIND_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20  # more is no form of ours; from the seventh on a form says so itself

# --- Memory of changes and of the log --------------------------------------------------------------------------------

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_ENABLED = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "ser_portal.logs.WithoutSecrets",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Django's own handlers would write the addresses as they were asked for.
    "loggers": {
        "django": {"handlers": []},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
    "root": {
        "handlers": ["console"],
        "level": env.choice("PORTAL_LOG_LEVEL", "WARNING", among=["DEBUG", "INFO", "WARNING", "ERROR"]),
    },
}

# How the register's figures are built on screens and in documents
PAGE_SIZE = 25

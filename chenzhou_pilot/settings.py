"""Settings, one flat file read top to bottom; every deployment differs by environment variables alone.

PRODUCTION=1 turns the embedded default (SQLite, in-process work) into the production set: then each missing
secret or server stops the start with a sentence. The README holds the table of variables.
"""

import os
from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from chenzhou_pilot.embedded import own_address, own_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()

PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)


def required_in_production(name: str, embedded: str) -> str:
    value = env.str(name, default="")
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"Set the environment variable {name}: production does not start without it.")
    return value or embedded


if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG and PRODUCTION exclude each other: unset one of them.")

SECRET_KEY = required_in_production("SECRET_KEY", "") or own_secret_key(VAR_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = [
    host for host in required_in_production("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host
]
FIELD_KEYS = [key for key in required_in_production("FIELD_KEYS", SECRET_KEY).split(",") if key]  # the newest first
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
RELEASE = env.str("RELEASE", default="")
SITE_URL = required_in_production("SITE_URL", own_address(os.environ)).rstrip("/")
OPEN_DATA_LICENCE = env.str("OPEN_DATA_LICENCE", default="CC BY 4.0")  # for the bureau to confirm
OPEN_DATA_LICENCE_URL = env.str("OPEN_DATA_LICENCE_URL", default="https://creativecommons.org/licenses/by/4.0/")

# ---------------------------------------------------------------- applications
INSTALLED_APPS = [
    "common",
    "accounts",
    "bases",
    "projects",
    "subsidies",
    "chenzhou_pilot",
    "chenzhou_pilot.admin_site.PilotAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "common.middleware.NoBodyForHead",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.OnePolicy",
    "common.middleware.LongQueryRefused",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "common.page_methods.PageMethods",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "common.pages.KeptPages",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "common.middleware.LoginRequiredUnlessPublic",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.StaffSecondFactor",
    "common.middleware.JournalActor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "chenzhou_pilot.urls"
WSGI_APPLICATION = "chenzhou_pilot.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "common.templatetags.chenzhou"],
        },
    }
]

# ---------------------------------------------------------------- data
DATABASES = {
    "default": env.db_url_config(required_in_production("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}"))
}
database = DATABASES["default"]
if database["ENGINE"].endswith("sqlite3"):
    if PRODUCTION:
        raise ImproperlyConfigured("DATABASE_URL names SQLite: production needs PostgreSQL (postgres://…).")
    VAR_DIR.mkdir(exist_ok=True)
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "cached_statements": 600,  # triggers make what writes long to prepare
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA recursive_triggers=ON; "  # REPLACE asks the triggers of DELETE too; none of ours sets off itself
        "PRAGMA cache_size=-64000;",
    }
else:
    statement_ms = env.int("DATABASE_STATEMENT_TIMEOUT_MS", default=10_000)
    lock_ms = env.int("DATABASE_LOCK_TIMEOUT_MS", default=5_000)
    database["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=600)
    database["OPTIONS"] = {
        "connect_timeout": 5,
        "options": f"-c statement_timeout={statement_ms} -c lock_timeout={lock_ms} "
        "-c idle_in_transaction_session_timeout=30000 -c jit=off",  # compiling a long query takes seconds
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required_in_production("REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "chenzhou_pilot.redis_cache.ImpatientRedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
}

CELERY_BROKER_URL = required_in_production("CELERY_BROKER_URL", "memory://")
CELERY_TASK_ALWAYS_EAGER = CELERY_BROKER_URL == "memory://"
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_IMPORTS = ["common.file_tasks"]
RETENTION_DAYS = {  # see chenzhou_pilot.personal.retention
    name: env.int(f"RETENTION_{name}_DAYS", default=days)
    for name, days in {
        "READ_NOTICES": 365,
        "NOTICES": 730,
        "LETTERS": 180,
        "SUBSCRIPTION_REQUESTS": 7,  # addresses that nobody has confirmed
        "SIGN_IN_LOGS": 190,
        "ENDED_SESSIONS": 1,
    }.items()
}
CELERY_BEAT_SCHEDULE = {
    "apply-retention": {"task": "chenzhou_pilot.tasks.apply_retention", "schedule": crontab(hour="3", minute="10")},
    "scan-waiting-files": {"task": "common.file_tasks.scan_waiting", "schedule": 300.0},
    "sweep-files": {"task": "common.file_tasks.sweep_files", "schedule": 3600.0},
    "seal-journal": {"task": "common.tasks.seal_journal", "schedule": 60.0},
    "note-journal-anchor": {"task": "common.tasks.note_anchor", "schedule": 3600.0},  # the first of a day counts
    "look-for-patterns": {"task": "subsidies.tasks.look_for_patterns", "schedule": crontab(hour="6", minute="20")},
    "lapse-overdue": {"task": "subsidies.tasks.lapse_overdue", "schedule": 3600.0},
    "clear-notices": {"task": "subsidies.tasks.clear_notices", "schedule": 600.0},
    "sweep-outbox": {"task": "common.tasks.sweep_outbox", "schedule": 60.0},
    "send-news": {"task": "subsidies.tasks.send_news", "schedule": crontab(hour="8", minute="0")},
    "send-reminders": {"task": "subsidies.tasks.send_reminders", "schedule": crontab(hour="8,14", minute="30")},
    "sweep-idempotent-requests": {"task": "common.tasks.sweep_idempotent_requests", "schedule": 3600.0},
}

MEDIA_ROOT = Path(required_in_production("MEDIA_ROOT", str(VAR_DIR / "media")))  # private: no web server publishes it
FILE_UPLOAD_HANDLERS = [
    "common.upload_limits.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILES_INTERNAL_LOCATION = env.str("FILES_INTERNAL_LOCATION", default="")  # of nginx, such as /private-files/
# The web server that hands the files out reads them by group; else nobody but the service does.
FILE_UPLOAD_PERMISSIONS = 0o640 if FILES_INTERNAL_LOCATION else 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750 if FILES_INTERNAL_LOCATION else 0o700
CLAMAV_URL = env.str("CLAMAV_URL", default="")  # tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl
EMAIL_CONFIG = env.email_url_config(required_in_production("EMAIL_URL", "consolemail://"))
EMAIL_TIMEOUT = 15
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = required_in_production("DEFAULT_FROM_EMAIL", "Chenzhou Pilot <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SMS_ADAPTER = env.str("SMS_ADAPTER", default="" if PRODUCTION else "common.sms.ConsoleSms")  # a class; "" for none

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "accounts.User"
KNOX_TOKEN_MODEL = "accounts.ApiToken"  # noqa: S105 - the name of a model
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
STAFF_SECOND_FACTOR_REQUIRED = env.bool("STAFF_SECOND_FACTOR_REQUIRED", default=PRODUCTION)

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {"signup": "accounts.sign_up.SignUpForm"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the other sessions end, this one goes on
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key"}  # codes of the second factor; axes counts the passwords
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("NUM_PROXIES", default=1) if PRODUCTION else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Chenzhou Pilot"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_USERNAME_CALLABLE = "accounts.lockout.typed_account"
AXES_CLIENT_IP_CALLABLE = "common.middleware.client_address"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_out"
AXES_ENABLE_ADMIN = False
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"  # counts on when the cache fails

SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# ---------------------------------------------------------------- language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "chenzhou_pilot.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ---------------------------------------------------------------- static files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", BASE_DIR / "node_modules" / "bootstrap" / "dist" / "css"),
    ("vendor/echarts", BASE_DIR / "node_modules" / "echarts" / "dist"),
    ("vendor/altcha", BASE_DIR / "node_modules" / "altcha" / "dist" / "workers"),
]
STATICFILES_FINDERS = [
    "chenzhou_pilot.static_files.ChosenFilesFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATICFILES_CHOSEN = {"vendor/echarts": ("echarts.common.min.js",)}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(exist_ok=True)  # empty, and missed by whitenoise when it is not there

# ---------------------------------------------------------------- doors
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "worker-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
CSRF_FAILURE_VIEW = "chenzhou_pilot.views.errors.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

RECEIPT_CHECK_RATE = env.str("RECEIPT_CHECK_RATE", default="60/min")  # by address, of the public check of receipts

# ---------------------------------------------------------------- API
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["common.api.DenyAll"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.PersonalToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": ["common.api.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_RATE_ANONYMOUS", default="600/min"),
        "user": env.str("API_RATE_USER", default="1200/min"),
    },
    "NUM_PROXIES": env.int("NUM_PROXIES", default=1) if PRODUCTION else 0,
    "EXCEPTION_HANDLER": "common.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=90), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Chenzhou Pilot API",
    "DESCRIPTION": "Chenzhou's pilot-test bases, the projects they host, and the support to apply for.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_PATCH": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "PATH_CONVERTER_OVERRIDES": {"slug_or_code": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "chenzhou_pilot.api_docs.open_to_all_shows_no_lock",
    ],
    "TAGS": [
        {"name": "bases", "description": "Pilot bases · 中试基地"},
        {"name": "projects", "description": "Pilot projects · 中试项目"},
        {"name": "organisations", "description": "Organisations · 单位"},
        {"name": "divisions", "description": "Counties and parks · 县市区和园区"},
        {"name": "statistics", "description": "Figures · 数据"},
        {"name": "policies", "description": "Policies · 政策"},
        {"name": "schemes", "description": "Support schemes · 扶持项目"},
        {"name": "calls", "description": "Calls · 申报批次"},
        {"name": "awards", "description": "Awards · 奖补结果"},
        {"name": "notices", "description": "Public notices · 公示"},
        {"name": "applications", "description": "Applications, with a personal token · 申报（需个人令牌）"},
        {"name": "reviews", "description": "Reviews by experts, with a personal token · 专家评审（需个人令牌）"},
        {"name": "meetings", "description": "Meetings and decisions, with a personal token · 会议与决定（需个人令牌）"},
        {"name": "budgets", "description": "Budgets, with a personal token · 资金额度（需个人令牌）"},
        {"name": "payments", "description": "Payments, with a personal token · 拨付（需个人令牌）"},
        {"name": "inbox", "description": "Inbox, with a personal token · 站内消息（需个人令牌）"},
    ],
    "ENUM_NAME_OVERRIDES": {
        "AccountState": "subsidies.enums.AccountState",
        "ApplicationState": "subsidies.enums.State",
        "BaseKind": "bases.enums.Kind",
        "BaseState": "bases.api_schema.ON_SITE",
        "ClockStage": "subsidies.api.private_schema.CLOCK_STAGES",
        "EquipmentState": "bases.enums.EquipmentState",
        "ConditionVerdict": "subsidies.api.private_schema.CONDITION_VERDICTS",
        "EntryKind": "subsidies.enums.EntryKind",
        "ExpertKind": "subsidies.enums.ExpertKind",
        "FieldType": "subsidies.content.FIELD_TYPES",
        "MeetingKind": "subsidies.enums.MeetingKind",
        "NoticeState": "subsidies.api.notice_schema.PUBLIC_STATES",
        "OrganisationKind": "accounts.enums.OrganisationKind",
        "OutcomeKind": "projects.enums.OutcomeKind",
        "PaymentState": "subsidies.enums.PaymentState",
        "Pot": "subsidies.enums.Pot",
        "Precision": "projects.enums.Precision",
        "ProjectStage": "projects.enums.Stage",
        "SchemeKind": "subsidies.enums.SchemeKind",
        "SeatState": "subsidies.enums.AssignmentState",
        "ServiceType": "bases.enums.ServiceType",
        "SheetState": "subsidies.enums.SheetState",
        "Verdict": "subsidies.enums.Verdict",
    },
}

# ---------------------------------------------------------------- journal and logs
JOURNAL_HASH = env.str("JOURNAL_HASH", default="sha256")  # or "sm3"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_personal_data": {"()": "common.logs.NoPersonalData"}},
    "formatters": {
        "json": {"()": "common.logs.JsonLines"},
        "plain": {"format": "%(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if PRODUCTION else "plain",
            "filters": ["no_personal_data"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}},
}

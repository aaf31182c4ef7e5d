"""The settings of the site: the only place where environment variables are read.

A checkout runs with none of them set. `.env.example` lists every one; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env, logs

ROOT = Path(__file__).resolve().parent.parent

# --- Where things lie -------------------------------------------------------------------------

GRADIENT_VAR = env.folder(env.path("GRADIENT_VAR", ROOT / "var"))
GRADIENT_CONTENT = env.path("GRADIENT_CONTENT", ROOT / "fixtures")

# --- The shape it runs in ---------------------------------------------------------------------

DEBUG = env.flag("GRADIENT_DEBUG")
GRADIENT_LOCAL = env.flag("GRADIENT_LOCAL")
GRADIENT_DEMO_PASSWORD_SHOWN = env.flag("GRADIENT_DEMO_PASSWORD_SHOWN")
SECRET_KEY = env.kept_secret(
    "GRADIENT_SECRET_KEY", GRADIENT_VAR / "secret-key", given=env.secret("GRADIENT_SECRET_KEY_FILE")
)
ALLOWED_HOSTS = env.words("GRADIENT_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
# Where browsers find the site, for links that are made when nobody has asked for a page.
GRADIENT_ADDRESS = env.url("GRADIENT_ADDRESS", ("http", "https")) or "http://localhost:8000"
GRADIENT_REDIS_URL = env.url(
    "GRADIENT_REDIS_URL",
    ("redis", "rediss", "redis+socket", "unix"),
    password=env.secret("GRADIENT_REDIS_PASSWORD_FILE"),
)

# Of each web process. Half of them may wait for a verdict, see grading/wait.py.
GRADIENT_WEB_THREADS = env.integer("GRADIENT_WEB_THREADS", 16, least=2, most=200)

# --- Grading ----------------------------------------------------------------------------------

GRADIENT_RUNNER = env.choice("GRADIENT_RUNNER", ("sandbox", "fake"))
GRADIENT_SANDBOX_SOCKET = env.path("GRADIENT_SANDBOX_SOCKET", GRADIENT_VAR / "run" / "sandbox.sock")
# How often one person may submit or try within a minute. 0: as often as they like.
GRADIENT_SUBMISSION_LIMIT = env.integer("GRADIENT_SUBMISSION_LIMIT", 30, least=0, most=10_000)

# --- Apps and the way of a request ------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "course",
    "grading",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "config.logs.bind_request",
    "config.addresses.without_nul",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.permissions_policy",
    "config.errors.never_blank",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages shrink to a fifth. Each answer is longer by a random number of bytes, and a form's token is masked
    # anew each time, so that its length tells nobody what is in it (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.time_zone.of_the_person",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.signed_out.said_by_the_page",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "accounts.demo.footer",
            ],
        },
    },
]

# --- Rows -------------------------------------------------------------------------------------

DATABASES = {
    "default": env.database(
        "GRADIENT_DATABASE_URL",
        password=env.secret("GRADIENT_DATABASE_PASSWORD_FILE"),
        pool_size=env.integer("GRADIENT_DATABASE_POOL", 10, least=2, most=200),
        otherwise={
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": GRADIENT_VAR / "gradient.sqlite3",
            "OPTIONS": {
                # A transaction takes the write lock when it begins: two that both read and then
                # write would otherwise fail at once instead of waiting for each other.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        },
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The cache is shared between processes because the limits on signing in are counted there.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": GRADIENT_REDIS_URL}
    if GRADIENT_REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # The default of 300 throws away counts of wrong passwords as soon as somebody tries many addresses.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- The grading queue's doorbell -------------------------------------------------------------

_broker = GRADIENT_VAR / "broker"
CELERY_BROKER_URL = GRADIENT_REDIS_URL or "files://"  # see config/broker.py
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    # The bell that a killed worker held rings again after `visibility_timeout`, looked for every 5 s.
    # So does that of a run which takes longer; it then finds another row, or none: a bell says nothing.
    {"visibility_timeout": 10, "unacked_restore_interval": 5, "unacked_restore_throttle": 1}
    if GRADIENT_REDIS_URL
    else {
        "data_folder_in": str(env.folder(_broker / "messages")),
        "data_folder_out": str(env.folder(_broker / "messages")),
        "control_folder": str(env.folder(_broker / "control")),
        "polling_interval": 0.05,  # the default is a whole second
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_IGNORE_RESULT = True  # the rows are the result
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # in memory: after a restart the next sweep is due at once
CELERY_BEAT_SCHEDULE = {
    # A bell lost, or a worker killed, costs at most this long.
    "sweep": {"task": "grading.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "tidy": {"task": "grading.tasks.tidy", "schedule": 3600.0, "options": {"expires": 3600}},
}

# --- Who is who -------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "home"

GRADIENT_SIGNUP_OPEN = env.flag("GRADIENT_SIGNUP_OPEN")
# A whole classroom may sit behind one address: this many may sign in, or mistype, in a minute.
GRADIENT_LOGIN_LIMIT = env.integer("GRADIENT_LOGIN_LIMIT", 30, least=1, most=100_000)

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.NameForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # whoever signs up came by a cohort's secret link
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": f"{GRADIENT_LOGIN_LIMIT}/m/ip",
    "login_failed": f"{GRADIENT_LOGIN_LIMIT}/m/ip,5/300s/key",
    "signup": f"{GRADIENT_LOGIN_LIMIT}/m/ip",
    "confirm_email": "1/m/key",
}
MFA_TOTP_ISSUER = "Gradient"

# --- What a browser may do --------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],  # the nonce is for the style sheet that the code editor makes
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "frame-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# Far more than a submission may hold, so that what is too large can be given back with a sentence.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["config.uploads.SmallUploads"]

GRADIENT_HTTPS = env.flag("GRADIENT_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = GRADIENT_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if GRADIENT_HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.words("GRADIENT_TRUSTED_ORIGINS", [])
# How many proxies in front are ours: only then are their X-Forwarded-* headers believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("GRADIENT_PROXIES", 0, least=0, most=9)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Static files, words, time ----------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env.folder(env.path("GRADIENT_STATIC", GRADIENT_VAR / "static"))
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # each page names files by their content; half the compressing

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_TZ = True
TIME_ZONE = env.text("GRADIENT_TIME_ZONE", "UTC")

# --- Letters and logs -------------------------------------------------------------------------

_mail = env.mail_server("GRADIENT_SMTP_URL", password=env.secret("GRADIENT_SMTP_PASSWORD_FILE"))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = GRADIENT_VAR / "mail"
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("GRADIENT_MAIL_FROM", "gradient@localhost")
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Gradient] "

LOGGING = logs.configuration(
    env.choice("GRADIENT_LOG_FORMAT", ("plain", "json")),
    env.choice("GRADIENT_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
)

env.point_out_unknown()

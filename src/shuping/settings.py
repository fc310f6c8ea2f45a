"""Settings: a handful of SHUPING_ variables, everything else decided here."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from shuping.core import configured, datafolder, vitals

_given = configured.read(os.environ)
if _given.faults:
    raise ImproperlyConfigured("\n".join(_given.faults))

DATA = datafolder.path()
EXAMPLE = datafolder.is_example(DATA)
ADDRESS = _given.address
LISTEN_HOST, LISTEN_PORT = _given.host, _given.port
TRUSTED_PROXIES = _given.proxies  # how many in front of us set the headers that tell of the client

DEBUG = False
SECRET_KEY = datafolder.site_secret(DATA)
ALLOWED_HOSTS = ["*"] if EXAMPLE else datafolder.allowed_hosts(ADDRESS, LISTEN_HOST)
CSRF_TRUSTED_ORIGINS = [ADDRESS]
ROOT_URLCONF = "shuping.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "shuping.Person"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "shuping",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shuping.core.access.SafetyHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shuping.core.access.OwnPasswordFirst",
    "shuping.core.access.Refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shuping.core.access.frame",
            ],
        },
    },
]

DATABASES = {"default": datafolder.database(DATA)}
# Nothing is cached. The table counts attempts to sign in and codes that were used: every process has to see them, and
# a limit needs an addition that only one of them wins, which files do not give.
CACHES = {
    "default": {
        "BACKEND": "shuping.core.fullness.Attempts",
        "LOCATION": "shuping_attempts",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
# The first one is used; a password kept by the second is kept anew at the next sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 10}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ["username", "name_zh", "name_en"]}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "shuping.core.door.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; allauth learns from it that there are passwords
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# A whole office may come from one address. Five wrong passwords shut one name, known or not, for five minutes.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,5/5m/key", "change_password": "5/m/user"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

MFA_ADAPTER = "shuping.core.door.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Shuping"
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ADDRESS.startswith("http:")

SOCIALACCOUNT_ADAPTER = "shuping.core.door.Elsewhere"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may not lead off the site; a link may
SOCIALACCOUNT_PROVIDERS = datafolder.openid_connect(os.environ)
OIDC_CLAIM = os.environ.get("SHUPING_OIDC_CLAIM", "preferred_username")

LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = _given.language
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
TIME_ZONE = _given.timezone
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = None  # nothing is collected: whitenoise serves what the package brings
STATICFILES_DIRS = [Path(__file__).parent / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# A ballot page must never be framed. Addresses are told to nobody else; to ourselves they are, because a browser that
# tells nothing sends its forms from the origin "null", which the protection of forms refuses. The booth tells nothing.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ADDRESS.startswith("https:")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# Requests are never logged: a line per request would hold a time beside every ballot (R57).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    # The handler's own level: the worker's command lets its loggers tell of each task, which would hold a time beside
    # every ballot (R57).
    "filters": {
        "full": {"()": "shuping.core.fullness.OnceAMinute"},
        "health": {"()": "django.utils.log.CallbackFilter", "callback": vitals.not_of_health},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "level": "WARNING",
            "filters": ["full", "health"],
        },
        "worker": {"class": "logging.StreamHandler", "formatter": "plain", "level": "ERROR", "filters": ["full"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"handlers": ["worker"], "propagate": False},
    },
}

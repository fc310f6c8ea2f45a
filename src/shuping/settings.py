"""Settings: a handful of SHUPING_ variables, everything else decided here."""

import os
import platform
from hashlib import sha256
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from shuping.core import configured, datafolder, tls, vitals

_given = configured.read(os.environ)
if _given.faults:
    raise ImproperlyConfigured("\n".join(_given.faults))

DATA = datafolder.path()
EXAMPLE = datafolder.is_example(DATA)
ADDRESS = _given.address
LISTEN_HOST, LISTEN_PORT = _given.host, _given.port
TRUSTED_PROXIES = _given.proxies  # how many in front of us set the headers that tell of the client
PROXY_NETWORKS = _given.networks  # and from where they come

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
    "shuping.box",
    "shuping",
]
MIDDLEWARE = [
    "shuping.core.proxies.Forwarded",
    "django.middleware.security.SecurityMiddleware",
    "shuping.core.statics.Statics",
    "shuping.core.access.SafetyHeaders",
    "shuping.core.sessions.Middleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shuping.core.access.OwnPasswordFirst",
    "shuping.core.access.Refusals",
    "shuping.cycles.finished.FinishedYears",
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
if _box := datafolder.box(DATA):
    DATABASES["box"] = _box | {"TEST": {"NAME": None, "MIGRATE": False}}
BOX = "box" if "box" in DATABASES else "default"
DATABASE_ROUTERS = ["shuping.box.routing.Router"]
# Nothing is cached. The table holds codes that were used: every process has to see them.
CACHES = {
    "default": {
        "BACKEND": "shuping.core.fullness.Attempts",
        "LOCATION": "shuping_attempts",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}
# What the background process makes lies in the folder: on a database with several servers each makes its own.
BACKGROUND = f"background-{sha256(f'{platform.node()}:{DATA}'.encode()).hexdigest()[:16]}"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", BACKGROUND]}}
# The first one is used; a password kept by the second is kept anew at the next sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name, "OPTIONS": options}
    for name, options in (
        ("django.contrib.auth.password_validation.MinimumLengthValidator", {"min_length": 10}),
        (
            "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
            {"user_attributes": ["username", "name_zh", "name_en"]},
        ),
        ("shuping.core.passwords.NotAroundTheName", {}),
        ("django.contrib.auth.password_validation.CommonPasswordValidator", {}),
        ("django.contrib.auth.password_validation.NumericPasswordValidator", {}),
    )
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "shuping.core.door.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; allauth learns from it that there are passwords
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Ours are in core/limits.py: by a name alone, as these, a stranger could keep its owner out.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False

MFA_ADAPTER = "shuping.core.door.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Shuping"
MFA_FORMS = {
    "authenticate": "shuping.core.code_forms.CodeForm",
    "reauthenticate": "shuping.core.code_forms.CodeAgainForm",
    "login_webauthn": "shuping.core.code_forms.PasskeyForm",
    "authenticate_webauthn": "shuping.core.code_forms.PasskeyCodeForm",
    "reauthenticate_webauthn": "shuping.core.code_forms.PasskeyAgainForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ADDRESS.startswith("http:")

SOCIALACCOUNT_ADAPTER = "shuping.core.door.Elsewhere"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may not lead off the site; a link may
SOCIALACCOUNT_PROVIDERS = datafolder.openid_connect(os.environ)
OIDC_CLAIM = os.environ.get("SHUPING_OIDC_CLAIM", "preferred_username")

CSRF_FAILURE_VIEW = "shuping.core.fault_views.form_refused"

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
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nothing here is for the pages of others

# A ballot page must never be framed. Addresses are told to nobody else; to ourselves they are, because a browser that
# tells nothing sends its forms from the origin "null", which the protection of forms refuses. The booth tells nothing.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "shuping.core.sessions"  # it says how long a session lasts
SESSION_COOKIE_AGE = 14 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
DEVICES_COOKIE_NAME = tls.cookie_name("devices", ADDRESS)
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = tls.is_sealed(ADDRESS)
SESSION_COOKIE_NAME = tls.cookie_name("sessionid", ADDRESS)
CSRF_COOKIE_NAME = tls.cookie_name("csrftoken", ADDRESS)
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = tls.hsts_seconds(_given.hsts_days, ADDRESS)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# Requests are never logged: a line per request would hold a time beside every ballot (R57).
FILTERS = ["full", "health", "once"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    # The handler's own level: the worker's command lets its loggers tell of each task, which would hold a time beside
    # every ballot (R57).
    "filters": {
        "full": {"()": "shuping.core.fullness.OnceAMinute"},
        "health": {"()": "django.utils.log.CallbackFilter", "callback": vitals.not_of_health},
        "once": {"()": "shuping.core.telling.OnceAMinute"},
    },
    "handlers": {
        name: {"class": "logging.StreamHandler", "formatter": "plain", "filters": FILTERS, "level": level}
        for name, level in (("console", "WARNING"), ("worker", "ERROR"))
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"handlers": ["worker"], "propagate": False},
    },
}

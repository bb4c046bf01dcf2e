"""The one settings file. What differs between installations comes from the environment, read once in `env.py`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from amparo.config.env import read_env
from amparo.web import languages

ENV = read_env()
PACKAGE = Path(__file__).resolve().parent.parent
DEBUG = False
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)

AMPARO_DOOR = ENV.door
AMPARO_DEMO = ENV.is_demo
AMPARO_KEEPER_SOCKET = str(ENV.keeper_socket or "")
#: Only where the worker runs as the same user as the web; elsewhere the keeper tells them apart by user.
AMPARO_KEEPER_WORKER_TOKEN = os.environ.get("AMPARO_KEEPER_WORKER_TOKEN", "")
AMPARO_MFA_KEY = ENV.mfa_key
AMPARO_PAGING = ENV.paging
AMPARO_PAGING_SECRET = ENV.paging_secret
#: Where "Leave this page" goes; empty means the blank page of this installation.
AMPARO_LEAVE_URL = os.environ.get("AMPARO_LEAVE_URL", "")
#: Shown on the public page, in the order to try. Replaced by the operator; the demo's are invented and say so.
AMPARO_HELP_NUMBERS = [
    {"label": _("Emergency"), "number": "000", "hours": _("day and night"), "is_invented": True},
    {
        "label": _("Child helpline"),
        "number": "000 111",
        "hours": _("day and night, free"),
        "is_invented": True,
    },
]
#: The duty desk's telephone, on the pages and papers of whoever hands a child over. Replaced by the operator.
AMPARO_DUTY_NUMBERS = [
    {"label": _("Duty desk"), "number": "000 222", "hours": _("day and night"), "is_invented": True},
]

_ACCOUNTS = ["allauth", "allauth.account", "allauth.mfa", "axes"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "template_partials",
    # the public door has no accounts: nothing to sign in to, nothing to attack
    *([] if ENV.door == "public" else _ACCOUNTS),
    "amparo.rooms.access",
    "amparo.rooms.desk",
    "amparo.rooms.vault",
    "amparo.rooms.concerns",
    "amparo.rooms.screening",
    "amparo.rooms.cases",
    "amparo.web",
    "amparo.config",
    "django.forms",
]
AUTH_USER_MODEL = "access.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_COMMON = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
]
_STAFF = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "amparo.foundation.doors.ActorMiddleware",
    "amparo.config.sign_in.StrengthMiddleware",
    "amparo.foundation.doors.ErrorPages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "amparo.web.answers.AnswerPages",
]
# No session, no cookie, no sign-in, no address: the public door has no authority to abuse and keeps nothing.
_PUBLIC = ["django.middleware.locale.LocaleMiddleware", "django.middleware.common.CommonMiddleware",
           "amparo.web.answers.AnswerPages"]  # fmt: skip
MIDDLEWARE = _COMMON + (_PUBLIC if ENV.door == "public" else _STAFF)

_DOOR = "public" if ENV.door == "public" else "staff"
ROOT_URLCONF = f"amparo.config.doors.{_DOOR}.urls"
WSGI_APPLICATION = f"amparo.config.doors.{_DOOR}.wsgi.application"

_CONTEXT = ["django.template.context_processors.request", "django.template.context_processors.i18n",
            "amparo.web.context.layout"]  # fmt: skip
if ENV.door != "public":
    _CONTEXT += ["django.contrib.messages.context_processors.messages"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT, "builtins": ["django.templatetags.i18n"]},
    }
]
# Our templates come before the libraries', so that every page is ours.
TEMPLATES[0]["DIRS"] = [PACKAGE / "web" / "templates"]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

_database = conninfo_to_dict(ENV.database_url)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.get("dbname", ""),
        "USER": _database.get("user", ""),
        "PASSWORD": _database.get("password", ""),
        "HOST": _database.get("host", ""),
        "PORT": _database.get("port", ""),
        "ATOMIC_REQUESTS": False,  # @action and @query open their own transactions (security guide, 4.5)
        "OPTIONS": {
            "server_side_binding": True,  # literals never reach the server's log or activity view
            "sslmode": _database.get("sslmode", "prefer"),
            "connect_timeout": 5,
        },
        "TEST": {"MIGRATE": False},
    }
}
if ENV.door in ("staff", "public"):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "amparo.config.sign_in.AccountAdapter"
ACCOUNT_FORMS = {"login": "amparo.config.passwords.PasswordSignIn"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = False  # slowing is django-axes' work, keyed on person and address together
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_PREVENT_ENUMERATION = True
MFA_ADAPTER = "amparo.config.sign_in.MfaAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Amparo"
MFA_TOTP_TOLERANCE = (
    1  # one step either way, as RFC 6238 advises: telephones are late, and typing takes a while
)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ENV.is_demo

# Slow down, do not lock out: one person on one address, five minutes at most.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1 / 60  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "errors/slow_down.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

SESSION_ENGINE = "amparo.foundation.sessions"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "amparo.web.views.csrf_failure"
# The demo runs on plain http on one machine; everywhere else the cookies exist on TLS only, under the __Host- prefix.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not ENV.is_demo
SESSION_COOKIE_NAME = "amparo" if ENV.is_demo else "__Host-amparo"
CSRF_COOKIE_NAME = "amparo-form" if ENV.is_demo else "__Host-amparo-form"
SECURE_HSTS_SECONDS = 0 if ENV.is_demo else 63072000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not ENV.is_demo
SECURE_PROXY_SSL_HEADER = None if ENV.is_demo else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "no-referrer" if ENV.door == "public" else "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = (
    11 * 1024 * 1024
)  # uploads stay in memory: no temporary file holds a child's document
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600  # a group of 60 children, seven short answers each, is one sending

LANGUAGE_CODE = "en"
LANGUAGES = languages.LANGUAGES
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "amparo-language"
LANGUAGE_COOKIE_SAMESITE = "Strict"
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = ENV.static_root
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if (ENV.static_root / "staticfiles.json").exists()
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not (ENV.static_root / "staticfiles.json").exists()

EMAIL_BACKEND = (
    "django.core.mail.backends.locmem.EmailBackend"
    if ENV.is_demo
    else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = os.environ.get("AMPARO_MAIL_HOST", "localhost")
# Errors are named by kind and place; their text may hold what somebody typed, so it is not written.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"no_content": {"()": "amparo.foundation.logging.NoContent"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "no_content"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handlers would write messages as they are
    "loggers": {
        name: {"handlers": [], "propagate": True} for name in ("django", "django.server", "axes", "allauth")
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS: list[str] = []

"""Settings, all of them from the environment. README.md has the table."""

import sys
from pathlib import Path

from csp.constants import NONCE
from django.utils.translation import gettext_lazy as _

from govmap.lib.env import Environment, database, static_folder

ROOT = Path(__file__).resolve().parent.parent
ENV = Environment(ROOT)
VAR = ENV.var

DEBUG = ENV.flag("GOVMAP_DEBUG")
HTTPS = ENV.flag("GOVMAP_HTTPS")
SECRET_KEY = ENV.secret_key()
PERSONAL_KEYS = ENV.personal_keys()
ALLOWED_HOSTS = ENV.words("GOVMAP_ALLOWED_HOSTS", "localhost 127.0.0.1 [::1]")
CSRF_TRUSTED_ORIGINS = ENV.words("GOVMAP_TRUSTED_ORIGINS", "")

INSTALLED_APPS = [
    "govmap",
    "accounts",
    "workflow",
    "layers",
    "cases",
    "offices",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_htmx",
    "django_filters",
    "leaflet",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "govmap.lib.uploads.BodyLimitMiddleware",
    "workflow.same_account.SameAccountMiddleware",
    "cases.field.pages.WhoseMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "govmap.lib.pages.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "govmap.urls"
ASGI_APPLICATION = "govmap.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "workflow.context.site",
            ],
        },
    }
]

# The owner migrates; the serving role may not alter a table or rewrite what is
# append-only. One pool per process; as many request threads as connections.
AS_OWNER = ENV.flag("GOVMAP_AS_OWNER") or {"migrate", "grant_serving_role"} & set(
    sys.argv[1:2]
)
SERVING_URL, OWNER_URL = ENV.database_urls()
POOL_SIZE = int(ENV.get("GOVMAP_POOL", "8"))
DATABASES = {
    "default": database(OWNER_URL if AS_OWNER else SERVING_URL, pool=POOL_SIZE)
}
DATABASES["default"]["TEST"] = {
    # Tests that run side by side have a database each.
    "NAME": f"test_govmap_{ENV.get('PYTEST_DB', 'main')}"
    f"{ENV.get('PYTEST_XDIST_WORKER')}",
    "TEMPLATE": ENV.get("GOVMAP_TEST_TEMPLATE", "template_govmap"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = [
    # Debian's GDAL 3.6 warns here; files that people send are read by pyogrio.
    "gis.W001",
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation." + name}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "accounts.sign_in.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
# Axes counts failures by account and address; allauth's own limits would need a
# cache shared by processes.
ACCOUNT_RATE_LIMITS = False
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.sign_in.locked_out"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = ENV.get("GOVMAP_TIME_ZONE", "Asia/Shanghai")
# Under which the application is filed with the authority; shown on every page.
FILING_NUMBER = ENV.get("GOVMAP_FILING_NUMBER")
# The address that opens the phone's navigation, with {lat} and {lon} (WGS 84),
# {gcj_lat} and {gcj_lon}, {name}. Nothing outside is offered where it is empty.
NAVIGATION_URL = ENV.get("GOVMAP_NAVIGATION_URL")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [
    ROOT / "static",
    ("lib", ROOT / "node_modules"),
    ("leaflet", static_folder("leaflet")),
    ("swagger", static_folder("drf_spectacular_sidecar", "swagger-ui-dist")),
]
STATICFILES_FINDERS = ["govmap.lib.static.ChosenFilesFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "govmap.lib.static.ManifestStorage"},
}
MEDIA_ROOT = VAR / "media"
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
PHOTO_MAX_BYTES = 12 * 1024 * 1024
VOICE_MAX_BYTES = 1024 * 1024  # a minute of words takes a third of it
# What one file that somebody sends may cost. A site with larger layers raises them.
IMPORT_MAX_BYTES = int(ENV.get("GOVMAP_IMPORT_MB", "512")) << 20
IMPORT_MEMORY = int(ENV.get("GOVMAP_IMPORT_MEMORY_MB", "2048")) << 20
IMPORT_SECONDS = int(ENV.get("GOVMAP_IMPORT_MINUTES", "60")) * 60
IMPORT_LIMITS = {
    "max_rows": int(ENV.get("GOVMAP_IMPORT_ROWS", "5000000")),
    "max_columns": 500,
    "max_vertices": int(ENV.get("GOVMAP_IMPORT_VERTICES", "1000000")),
    "max_members": 2000,
    "max_unpacked": int(ENV.get("GOVMAP_IMPORT_UNPACKED_MB", "3072")) << 20,
}
ORDERS_MAX_BYTES = 66 << 20  # a sheet of 50,000 orders
# Of a whole request, by the address it is sent to; elsewhere the limit of forms.
BODY_MAX_BYTES = {
    "/duty/knowledge/": 21 * 1024 * 1024,
    "/files/": 2 * PHOTO_MAX_BYTES,
    "/api/v1/attachments/": 2 * PHOTO_MAX_BYTES,
    "/data/": IMPORT_MAX_BYTES + 1024 * 1024,
    "/api/v1/layers/": IMPORT_MAX_BYTES + 1024 * 1024,
    "/old/": IMPORT_MAX_BYTES + 1024 * 1024,
    "/api/v1/old-imports/": IMPORT_MAX_BYTES + 1024 * 1024,
    "/geocoding/": IMPORT_MAX_BYTES + 1024 * 1024,
    "/api/v1/geocodings/": IMPORT_MAX_BYTES + 1024 * 1024,
    "/offices/imports/": IMPORT_MAX_BYTES + 1024 * 1024,
    "/api/v1/register-imports/": IMPORT_MAX_BYTES + 1024 * 1024,
    "/offices/comparisons/": IMPORT_MAX_BYTES + 1024 * 1024,
    "/api/v1/comparison-rounds/": IMPORT_MAX_BYTES + 1024 * 1024,
    "/orders/import/": ORDERS_MAX_BYTES,
    "/api/v1/orders/": ORDERS_MAX_BYTES,
}

# django-csp's object sets the header; the nonce is made per response.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        # MapLibre and ECharts set element styles from script; no markup is involved.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "manifest-src": ["'self'"],
        "media-src": ["'self'", "blob:"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

LEAFLET_CONFIG = {
    "TILES": [],
    "NO_GLOBALS": True,
    "RESET_VIEW": False,
    "ATTRIBUTION_PREFIX": "",
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["govmap.lib.api.CleanJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "govmap.lib.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "govmap",
    "DESCRIPTION": "Street-level grid governance: cases, layers, cells, units.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # One name for the ways in which a limit runs, whichever field says it.
    "ENUM_NAME_OVERRIDES": {
        "LimitTypeEnum": "workflow.models.clock.LimitType",
        "LayerClassEnum": "layers.models.catalogue.Layer.Class",
        "PhaseEnum": "workflow.models.process.Phase",
        "ClassKindEnum": "workflow.models.dictionary.Category.Kind",
        "TableStatusEnum": "cases.models.sent.SentTable.Status",
        "PersonKindEnum": "offices.models.person.Person.Kind",
        "HouseholdKindEnum": "offices.models.household.Household.Kind",
        "RegisterEnum": "offices.models.life.Register",
        "EntryRegisterEnum": "offices.registers.entries.CHOICES",
        "RevealPurposeEnum": "offices.models.reading.RegisterReading.Purpose",
        "SheetWhatEnum": "cases.models.order.OrderSheet.What",
        "FeedbackKindEnum": "cases.models.feedback.Feedback.Kind",
        "SurveyWhatEnum": "cases.models.survey.Survey.What",
        "EntryStateEnum": "offices.models.ground.State",
        "MessageStateEnum": "workflow.models.delivery.Delivery.State",
        "DutyPartEnum": "workflow.models.roster.Shift.Part",
        "AddressLevelEnum": "layers.addresses.matching.LEVEL_CODES",
        "CaseLevelEnum": "cases.models.case.Case.Level",
        "MatterPartEnum": "cases.models.matter_task.MatterTask.Part",
    },
}

PROCRASTINATE_ON_APP_READY = None

# Notices that leave the house. Where to is said by whoever runs the server, not on a
# page: without hosts nothing goes out. PUBLIC_ADDRESS begins the links of messages.
PUBLIC_ADDRESS = ENV.get("GOVMAP_ADDRESS")
CHANNEL_HOSTS = ENV.words("GOVMAP_CHANNEL_HOSTS", "")
# Push services: of theirs any person names an address, so gateways are not among them.
PUSH_HOSTS = ENV.words("GOVMAP_PUSH_HOSTS", "")
CHANNEL_LOOPBACK = False  # only tests send to their own machine
# Outside layers: whose servers they may come from, and which private networks those
# may stand in; without hosts nothing is asked. How much of it stays on disk.
OUTSIDE_HOSTS = ENV.words("GOVMAP_OUTSIDE_HOSTS", "")
OUTSIDE_NETWORKS = ENV.words("GOVMAP_OUTSIDE_NETWORKS", "")
OUTSIDE_CACHE = int(ENV.get("GOVMAP_OUTSIDE_CACHE_MB", "512")) << 20
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_SSL = ENV.mail()
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV.get("GOVMAP_MAIL_FROM", "govmap@localhost")

# Each app loads its own part of a site package, lower apps first.
SITE_LOADERS = [
    "accounts.loading.load",
    # A kind has its usual process before a package brings more of them.
    "offices.modules.loading.load_plain",
    "workflow.loading.load",
    "workflow.roster.loading.load",
    "workflow.contacts.keeping.load",
    "workflow.knowledge.loading.load",
    "layers.loading.load",
    "cases.loading.load",
    "cases.tables.words.load",
    "cases.orders.loading.load",
    "cases.evaluation.loading.load",
    "cases.reviewing.loading.load",
    "cases.whistles.loading.load",
    "cases.track.loading.load",
    "cases.papers.loading.load",
    "cases.matters.loading.load",
    "cases.talk.loading.load",
    "cases.wall.loading.load",
    "offices.registers.loading.load",
    "offices.ownership.loading.load",
    "offices.quality.loading.load",
    "offices.comparison.loading.load",
    "offices.modules.loading.load",
    "offices.papers.loading.load",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENV.get("GOVMAP_LOG_LEVEL", "INFO")},
    "loggers": {
        "axes": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "pyogrio": {"level": "WARNING"},
    },
}

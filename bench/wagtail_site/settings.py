"""Settings of the Wagtail site: those of `wagtail start`, with the cache for the whole site where asked for.

The order of the middleware is that of Django's documentation, so that what is kept is compressed already.
"""

import os

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCH_WAGTAIL_DATABASE"]}}
SECRET_KEY = "only for measuring"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "bench.wagtail_site",
    "wagtail.contrib.redirects",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
_USUAL = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
_GZIP = "django.middleware.gzip.GZipMiddleware"
MIDDLEWARE = (
    [
        "django.middleware.cache.UpdateCacheMiddleware",
        _GZIP,
        *_USUAL,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    if os.environ["BENCH_WAGTAIL_CACHE"] == "yes"
    else [_GZIP, *_USUAL]
)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "bench.wagtail_site.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
STATIC_URL = "/static/"
WAGTAIL_SITE_NAME = "Bench"
WAGTAIL_APPEND_SLASH = False
WAGTAILADMIN_BASE_URL = "http://127.0.0.1"

//! Dotted paths of Django's own classes that several rules ask for. Spelled as a project writes them in its settings.

pub(crate) const SECURITY: &str = "django.middleware.security.SecurityMiddleware";
pub(crate) const SESSION: &str = "django.contrib.sessions.middleware.SessionMiddleware";
pub(crate) const COMMON: &str = "django.middleware.common.CommonMiddleware";
pub(crate) const CSRF: &str = "django.middleware.csrf.CsrfViewMiddleware";
pub(crate) const AUTHENTICATION: &str = "django.contrib.auth.middleware.AuthenticationMiddleware";
pub(crate) const LOGIN_REQUIRED: &str = "django.contrib.auth.middleware.LoginRequiredMiddleware";
pub(crate) const MESSAGES: &str = "django.contrib.messages.middleware.MessageMiddleware";
pub(crate) const FRAME_OPTIONS: &str = "django.middleware.clickjacking.XFrameOptionsMiddleware";
pub(crate) const CSP: &str = "django.middleware.csp.ContentSecurityPolicyMiddleware";
pub(crate) const SESSIONS_APP: &str = "django.contrib.sessions";

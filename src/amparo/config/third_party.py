"""Views and tables that libraries bring: each declared here with its reason, or a test fails.

Retention: axes' rows seven days, Django's sessions until they end, procrastinate's jobs seven days after their end.
"""

from __future__ import annotations

#: URL name -> why it needs no mark of ours.
VIEWS: dict[str, str] = {
    "account_login": "everyone must be able to sign in",
    "account_logout": "ends one's own sign-in; allauth asks for a POST",
    "account_reauthenticate": "a fresh first step; allauth requires a sign-in",
    "account_change_password": "one's own password; allauth requires a sign-in",
    "account_inactive": "says that an account is not active",
    "mfa_authenticate": "the second step of a sign-in",
    "mfa_reauthenticate": "a fresh second step; allauth requires a sign-in",
    "mfa_index": "one's own second steps; allauth requires a sign-in",
    "mfa_activate_totp": "one's own second steps; allauth requires a fresh sign-in",
    "mfa_deactivate_totp": "one's own second steps; allauth requires a fresh sign-in",
    "mfa_view_recovery_codes": "one's own second steps; allauth requires a fresh sign-in",
    "mfa_generate_recovery_codes": "one's own second steps; allauth requires a fresh sign-in",
    "mfa_download_recovery_codes": "one's own second steps; allauth requires a fresh sign-in",
    "mfa_login_webauthn": "sign in with a passkey",
    "mfa_reauthenticate_webauthn": "a fresh second step; allauth requires a sign-in",
    "mfa_list_webauthn": "one's own passkeys; allauth requires a sign-in",
    "mfa_add_webauthn": "one's own passkeys; allauth requires a fresh sign-in",
    "mfa_edit_webauthn": "one's own passkeys; allauth requires a fresh sign-in",
    "mfa_remove_webauthn": "one's own passkeys; allauth requires a fresh sign-in",
}

#: Table -> (what the staff login may do, why no row security, kept how long).
TABLES: dict[str, tuple[str, str, str]] = {
    "django_session": (
        "SELECT, INSERT, UPDATE, DELETE",
        "read before anyone is known; keys are stored as hashes",
        "10 hours",
    ),
    "django_content_type": ("SELECT", "names of tables", "for ever"),
    "auth_permission": ("SELECT", "not used by Amparo", "for ever"),
    "auth_group": ("", "not used by Amparo", "for ever"),
    "auth_group_permissions": ("", "not used by Amparo", "for ever"),
    "django_migrations": ("", "history of the schema", "for ever"),
    "account_emailaddress": ("SELECT, INSERT, UPDATE", "read while signing in", "as long as the person"),
    "account_emailconfirmation": ("", "not used: people are added by their agency", "for ever"),
    "mfa_authenticator": (
        "SELECT, INSERT, UPDATE, DELETE",
        "read while signing in; secrets are sealed",
        "as long as the person",
    ),
    "axes_accessattempt": ("SELECT, INSERT, UPDATE, DELETE", "written before anyone is known", "7 days"),
    "axes_accessattemptexpiration": ("SELECT, DELETE", "nothing is written; goes with its attempt", "7 days"),
    "axes_accessfailurelog": ("", "not used by Amparo", "for ever"),
    "axes_accesslog": ("", "not used by Amparo", "for ever"),
    "procrastinate_jobs": (
        "",
        "jobs carry ids only; staff defer through sec.defer",
        "7 days after their end",
    ),
    "procrastinate_events": ("", "times of jobs", "7 days after their end"),
    "procrastinate_periodic_defers": ("", "times of jobs", "for ever"),
    "procrastinate_workers": ("", "which workers live", "minutes"),
}

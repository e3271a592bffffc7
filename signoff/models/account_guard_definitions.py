"""What holds for accounts whatever a program does: what ended stays ended, and no code counts twice."""

from signoff.models.guard_kinds import Guard, for_good, frozen, kept

ACCOUNT_GUARDS: tuple[Guard, ...] = (
    *kept("staff_user", "id email"),
    frozen("staff_user", "id added_at"),
    for_good("staff_session", "ended_at", "an ended session is never revived"),
    frozen("staff_session", "id user_id lookup started_at"),
    for_good("api_token", "revoked_at", "a revoked token is never revived"),
    frozen("api_token", "id user_id lookup made_at"),
    for_good("account_link", "ended_at", "a link that was used is never revived"),
    frozen("account_link", "id user_id purpose address nonce lookup issued_at expires_at"),
    for_good("authenticator", "removed_at", "a removed authenticator is never revived"),
    frozen("authenticator", "id user_id nonce lookup added_at"),
    Guard(
        "authenticator_steps_forward",
        "authenticator",
        "UPDATE",
        "NEW.last_step < OLD.last_step",
        "authenticator: a code that was taken is not taken again",
    ),
    for_good("recovery_code", "used_at", "a recovery code is taken once"),
    frozen("recovery_code", "id authenticator_id lookup"),
)

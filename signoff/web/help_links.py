"""Which part of the handbook explains which page of staff."""

HELP = {
    f"staff.{page}": part
    for part, pages in {
        "draft": ("new_position", "save_new_position", "edit", "save_edit", "position", "version", "compare"),
        "hear-partners-first": ("comments",),
        "check": ("check", "matrix"),
        "principles": ("editions", "edition", "edition_draft", "edition_words"),
        "ask": ("choose", "ask", "board", "confirm_reminder", "show_deadline", "confirm_recall", "confirm_drop"),
        "emails": (
            "letters",
            "letter",
            "news",
            "new_meeting",
            "meeting",
            "edit_meeting",
            "new_newsletter",
            "newsletter",
            "edit_newsletter",
        ),
        "people-and-names": (
            "partners",
            "partner",
            "partner_profile",
            "new_partner",
            "edit_partner",
            "show_import",
            "expertise",
            "segments",
            "commitments",
            "preview_commitments",
            "confirm_leaving",
        ),
        "accounts": ("account", "authenticator", "users", "user", "new_user"),
        "publish": ("confirm_publish", "confirm_retire", "confirm_remove", "reports"),
        "find-things": ("find", "record"),
    }.items()
    for page in pages
}

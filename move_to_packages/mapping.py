"""Where every module, name, template and test goes. What is not listed here stops the move."""

# Modules that stay where they are (with everything below a package named here).
KEEP = ["signoff.web.schemas", "signoff.evidence", "signoff.assist", "signoff.demo"]

S = "signoff.services."
MODULES: dict[str, str] = {
    "signoff": "",
    "signoff.__main__": "",
    # -- top
    "signoff.settings": "",
    "signoff.paths": "signoff.settings",
    "signoff.database": "signoff.db.database",
    "signoff.schema": "signoff.db.schema",
    "signoff.statements": "signoff.db.prepared",
    "signoff.models.guards": "",
    "signoff.db": "", "signoff.db.guards": "", "signoff.db.comparison": "",
    "signoff.log_masking": "signoff.web.log_masking",
    "signoff.importing": "signoff.worker.importing",
    "signoff.database_errors": "signoff.db.errors",
    "signoff.write_queue": "signoff.db.write_queue",
    "signoff.worker": "signoff.worker.turn",
    "signoff.distributed": "signoff.worker.distributed",
    "signoff.engines": "signoff.worker.engines",
    "signoff.cli": "",
    "signoff.command": "signoff.cli.command",
    "signoff.letters_commands": "signoff.cli.letters",
    "signoff.worker_command": "signoff.cli.worker",
    "signoff.bundle_command": "signoff.cli.bundles",
    # -- domain
    "signoff.domain": "",
    **{f"signoff.domain.{name}": "" for name in (
        "accounts", "answers", "comments", "editions", "letters", "links", "permissions", "principles", "record",
        "referrals", "reminders", "text", "text_input", "markdown", "folding", "markdown_rules", "sheets", "mentions",
        "short_forms", "signatures", "slugs", "name_evidence", "typed_counts")},
    "signoff.domain.changes": "signoff.domain.diff",
    "signoff.domain.computed": "signoff.domain.placeholders",
    "signoff.domain.counting": "signoff.domain.phrasing",
    "signoff.domain.gates": "signoff.domain.publishing_rules",
    "signoff.domain.moments": "signoff.domain.time",
    "signoff.domain.naming": "signoff.domain.names",
    "signoff.domain.passwords": "signoff.domain.accounts",
    "signoff.domain.refusals": "signoff.domain.errors",
    "signoff.domain.states": "signoff.domain.status",
    "signoff.domain.tables": "signoff.domain.spreadsheets",
    S + "addresses": "signoff.domain.email_addresses",
    # -- models
    "signoff.models": "",
    **{f"signoff.models.{name}": "" for name in (
        "answers", "base", "coalition", "consultations", "letters", "partners", "positions", "principles", "proposals",
        "publications", "rounds", "worker")},
    "signoff.models.entries": "signoff.models.record",
    "signoff.models.sealing": "",
    "signoff.models.search": "signoff.models.full_text",
    "signoff.models.staff": "signoff.models.accounts",
    "signoff.models.guard_kinds": "",
    "signoff.models.views": "signoff.models.views",
    "signoff.models.view_definitions": "signoff.models.views",
    # before guards stood beside their tables
    **{f"signoff.models.{name}": "" for name in (
        "account_guard_definitions", "answer_guard_definitions", "check_guard_definitions",
        "consultation_guard_definitions", "guard_definitions")},
    # -- services
    "signoff.services": "",
    **{f"{S}{name}": "" for name in ("locks", "search", "coalition", "slugs")},
    S + "account_links": S + "accounts.mailed_links",
    S + "accounts": S + "accounts.users",
    S + "users": S + "accounts.users",
    S + "authenticators": S + "accounts.authenticators",
    S + "sign_ins": S + "accounts.sessions",
    S + "editions": S + "principles.editions",
    S + "edition_drafts": S + "principles.edition_drafts",
    S + "positions": S + "positions.positions",
    S + "checks": S + "positions.checks",
    S + "exemptions": S + "positions.exemptions",
    S + "gathering": S + "positions.publishing_rules",
    S + "life": S + "positions.version_status",
    S + "near_texts": S + "positions.similar_positions",
    S + "wording": "signoff.domain.markdown",
    S + "mentions": S + "positions.mentions",
    S + "position_addresses": S + "positions.position_addresses",
    S + "partner_files": S + "partners.partner_files",
    S + "contact_confirmation": S + "partners.contact_confirmation",
    S + "highlighting": S + "positions.highlighting",
    S + "suggestions": S + "positions.suggestions",
    S + "matrix": S + "positions.matrix",
    S + "moving": S + "positions.edition_migration",
    S + "rounds": S + "rounds.rounds",
    S + "deadlines": S + "rounds.deadlines",
    S + "reminding": S + "rounds.reminders",
    S + "links": S + "rounds.links",
    S + "fresh_links": S + "rounds.fresh_links",
    S + "questions": S + "rounds.partner_requests",
    S + "mailings": S + "rounds.recipient_preview",
    S + "earlier": S + "rounds.previous_versions",
    S + "board": S + "rounds.board",
    S + "consultations": S + "rounds.consultations",
    S + "answers": S + "answers.answers",
    S + "answer_rows": S + "answers.rows",
    S + "standing": S + "answers.current_answers",
    S + "endings": S + "answers.recall",
    S + "publications": S + "publications.publications",
    S + "reading": S + "publications.public_queries",
    S + "bundles": S + "publications.bundles",
    S + "partners": S + "partners.partners",
    S + "partner_changes": S + "partners.partner_changes",
    S + "contacts": S + "partners.contacts",
    S + "register": S + "partners.register",
    S + "look_alikes": S + "partners.name_conflicts",
    S + "new_names": S + "partners.name_conflicts",
    S + "partner_import": S + "partners.partner_import",
    S + "names": S + "partners.name_proposals",
    S + "referrals": S + "partners.referrals",
    S + "leaving": S + "partners.membership",
    S + "letter_queue": S + "outbox.letter_queue",
    S + "outbox": S + "outbox.outbox",
    S + "mail_state": S + "outbox.mail_state",
    S + "bounces": S + "outbox.bounces",
    S + "undeliverable": S + "outbox.undeliverable",
    S + "record": S + "record.record",
    S + "sealing": S + "record.sealing",
    S + "seal_verification": S + "record.seal_verification",
    S + "verification": S + "record.verification",
    # -- letters
    "signoff.letters": "",
    **{f"signoff.letters.{name}": "" for name in ("accounts", "blocks", "bounces", "calendar", "kinds", "preview")},
    "signoff.letters.compose": "signoff.letters.answers",
    "signoff.letters.turns": "signoff.letters.rounds",
    "signoff.letters.consulting": "signoff.letters.consultations",
    "signoff.letters.facts": "signoff.letters.context",
    "signoff.letters.lookup": "signoff.letters.context_queries",
    "signoff.letters.phrases": "signoff.letters.snippets",
    "signoff.letters.wanted": "signoff.letters.obsolete",
    "signoff.letters.claims": "signoff.letters.delivery.claims",
    "signoff.letters.delivery": "signoff.letters.delivery.delivery",
    "signoff.letters.failures": "signoff.letters.delivery.failures",
    "signoff.letters.last_look": "signoff.letters.delivery.header_check",
    "signoff.letters.header_check": "signoff.letters.delivery.header_check",
    "signoff.letters.moulds": "signoff.letters.delivery.mime_templates",
    "signoff.letters.mime_templates": "signoff.letters.delivery.mime_templates",
    "signoff.letters.smtp": "signoff.letters.delivery.smtp",
    "signoff.letters.transport": "signoff.letters.delivery.transport",
    "signoff.letters.writing": "signoff.letters.delivery.writing",
    # -- web
    "signoff.web": "",
    **{f"signoff.web.{name}": "" for name in (
        "access", "app", "converters", "demo", "errors", "headers", "installation", "serving", "spreadsheet",
        "error_page", "typed_words", "file_names", "moved")},
    "signoff.web.edge": "signoff.web.request_parsing",
    "signoff.web.proof": "signoff.web.reauthentication",
    "signoff.web.shapes": "signoff.web.serializers",
    "signoff.web.showing": "signoff.web.template_filters",
    "signoff.web.telling": "signoff.web.activity_feed",
    "signoff.web.api": "",
    **{f"signoff.web.api.{name}": "" for name in (
        "checks", "description", "partners", "positions", "principles", "publications", "record", "rounds", "calls",
        "reference", "field_tables", "preconditions", "signatures")},
    "signoff.web.schemas": "",
    "signoff.web.api.edge": "signoff.web.api.protocol",
    "signoff.web.partner": "",
    **{f"signoff.web.partner.{name}": "" for name in ("invitation_page", "own_page", "reading_aids", "request_page")},
    "signoff.web.partner.facts": "signoff.web.partner.context",
    "signoff.web.partner.way": "signoff.web.partner.link_auth",
    "signoff.web.public": "",
    **{f"signoff.web.public.{name}": "" for name in (
        "downloads", "evidence", "health", "pages", "paper", "typesetting")},
    "signoff.web.staff": "",
    **{f"signoff.web.staff.{name}": "" for name in (
        "account", "board", "checks", "comments", "contacts", "differences", "edition_drafts", "editions", "help",
        "letters", "partner_import", "partners", "positions", "publications", "reasons", "record", "rounds", "search",
        "sessions", "sign_in", "start", "users", "word_lists", "position_address")},
    "signoff.web.staff.account_ways": "signoff.web.staff.password_reset",
    "signoff.web.staff.near": "signoff.web.staff.similar_positions",
    "signoff.web.staff.partner_ends": "signoff.web.staff.membership",
    "signoff.web.staff.round_acts": "signoff.web.staff.round_actions",
    "signoff.web.staff.settling": "signoff.web.staff.proposal_review",
    # -- tests
    "tests": "",
    "tests.conftest": "", "tests.house": "", "tests.inspection": "", "tests.meanwhile": "",
    **{f"tests.{name}": "" for name in (
        "assist", "browser", "domain", "evidence", "letters", "migrations", "project", "promise", "services", "stories",
        "web")},
}

# Where single names go, against what MODULES says of their module.
_USERS, _PASSWORDS, _SESSIONS = S + "accounts.users", S + "accounts.passwords", S + "accounts.sessions"
_TOKENS, _THROTTLING = S + "accounts.api_tokens", S + "accounts.throttling"
_OPEN = S + "rounds.open_rounds"


def _all(module: str, target: str, names: str) -> dict[tuple[str, str], str]:
    return {(module, name): target for name in names.split()}


SYMBOLS: dict[tuple[str, str], str] = {
    **_all(S + "standing", _OPEN, "takes_answers ensure_shown ensure_takes_answers"),
    **_all(S + "answer_rows", S + "record.answer_codes", "sealed_facts"),
    **_all(S + "accounts", _PASSWORDS, "change_password choose_password"),
    **_all(S + "accounts", S + "accounts.address_change", "ask_for_address confirm_address"),
    **_all(S + "accounts", _SESSIONS, "live_sessions end_sessions drop_sessions"),
    **_all(S + "accounts", _TOKENS, "live_tokens revoke_token get_token _drop_tokens"),
    **_all(S + "accounts", _USERS, "all_users get_user change_user deactivate_user reactivate_user"),
    **_all(S + "users", _PASSWORDS, "Passwords new_password_problem NO_PASSWORD"),
    **_all(S + "sign_ins", _TOKENS, "make_token find_token_user"),
    **_all(S + "sign_ins", _THROTTLING,
           "Tried at_address in_session ensure_not_slowed begin_try note_try forget_try FAILURES_COUNT_FOR "
           "MOST_FAILURES MOST_FROM_EVERYWHERE"),
    **_all("signoff.worker", "signoff.worker.built_in", "AnotherWorker LockLost only_worker run"),
    **_all("signoff.letters.compose", "signoff.letters.rounds", "request asking question"),
    **_all("signoff.letters.compose", "signoff.letters.publications", "published"),
    **_all("signoff.models.views", "signoff.models.answers", "approval"),
    **_all("signoff.models.views", "signoff.models.publications", "signatory listing"),
    **_all("signoff.models.views", "signoff.models.rounds", "request_state"),
    **_all("signoff.cli", "signoff.cli", "main"),
    **_all("signoff.cli", "signoff.cli.users", "_add _password"),
    **_all("signoff.cli", "signoff.cli.serve", "serve"),
    **_all("signoff.cli", "signoff.cli.database", "database upgrade downgrade current"),
    **_all("signoff.cli", "signoff.cli.setup", "init DEFAULT_COALITION"),
    **_all("signoff.cli", "signoff.cli.users", "user user_add token token_add"),
    **_all("signoff.cli", "signoff.cli.partners", "partners partners_import partners_export partners_merge"),
    **_all("signoff.cli", "signoff.cli.verify", "verify"),
    **_all("signoff.cli", "signoff.cli.keys", "sealing_key"),
    **_all("signoff.cli", "signoff.cli.demo", "demo run_demo"),
}
# Of these modules every public name has to be placed.
SPLIT_MUST_NAME_ALL = {S + "accounts": True, "signoff.letters.compose": False, "signoff.cli": True}
ORDER = {"signoff.paths": -1}

# Which of several modules gives its docstring and comes first.
MAIN_SOURCE = {
    "signoff.settings": "signoff.settings",
    "signoff.domain.accounts": "signoff.domain.accounts",
    S + "accounts.users": S + "users",
    S + "partners.name_conflicts": S + "look_alikes",
    "signoff.letters.rounds": "signoff.letters.turns",
}

NEW_PACKAGES = [
    "signoff.db", "signoff.cli", "signoff.worker", "signoff.letters.delivery",
    *(S + noun for noun in (
        "accounts", "answers", "outbox", "partners", "positions", "principles", "publications", "record", "rounds")),
]

DOCS: dict[str, str] = {}
RENAMES: dict[tuple[str, str], str] = {}
GLUE: dict[str, str] = {}

# ---------------------------------------------------------------- names
def _rename(module: str, **names: str) -> None:
    for old, new in names.items():
        RENAMES[(module, old)] = new


L, W, D = "signoff.letters.", "signoff.web.", "signoff.domain."
_rename("signoff.command", Here="CommandContext")
_rename("signoff.cli", _add="add_staff_user", _password="read_password")
_rename("signoff.models.views", _VIEWED="VIEW_METADATA")
_rename("signoff.statements", Ready="PreparedStatement")
_rename(L + "writing", Desk="LetterWriter")
_rename(L + "claims", Ledger="OutcomeWriter", Outcome="DeliveryOutcome", Seen="DeliveryCheck")
_rename(L + "delivery", _Hand="_Batch")
_rename(L + "failures", at_the_door="connecting_failed", refused="server_refused", broken_off="connection_broken",
        as_kept="as_stored")
_rename(L + "bounces", Said="ReturnKind", Returned="ReturnedMessage")
_rename(L + "facts", Post="LetterSettings", LinkUnmakeable="LinkUnavailable")
_rename(L + "lookup", gather="load_contexts")
for _m in ("moulds", "mime_templates"):
    _rename(L + _m, Written="WrittenLetter", Shape="MimeTemplate")
_rename(L + "transport", Refused="ServerRefused")
_rename(S + "answers", Said="AnswerResult")
_rename(S + "referrals", Referred="ReferralResult")
_rename(S + "endings", Recalled="RecallResult")
_rename(S + "rounds", Asking="AskResult", Terms="RoundTerms", Delivered="DeliveryProgress")
_rename(S + "mailings", Mailing="RecipientPreview")
_rename(S + "board", Wanted="BoardFilter")
_rename(S + "outbox", Wanted="LetterFilter")
_rename(S + "register", Sought="PartnerFilter", Group="PartnerGroup")
_rename(S + "checks", Shown="ShownCheck", Carried="CarriedFinding", told_finding="finding_facts")
_rename(S + "earlier", Known="KnownVersion")
_rename(S + "near_texts", Near="SimilarPosition", near_texts="similar_positions")
_rename(S + "moving", Movable="MovablePosition")
_rename(S + "matrix", Row="MatrixRow")
_rename(S + "consultations", Placed="PlacedComment")
_rename(S + "reading", Listed="ListedPublication", Delivered="DeliveredNames")
_rename(S + "search", Found="SearchResult", FoundText="FoundVersion")
_rename(S + "sign_ins", Tried="Attempt", at_address="attempt_at_address", in_session="attempt_in_session",
        ensure_not_slowed="ensure_not_throttled", begin_try="begin_attempt", note_try="record_failure",
        forget_try="forget_attempt", prove_again="renew_proof")
_rename(S + "locks", hold_tries="hold_attempts")
_rename(S + "questions", Question="PartnerRequest", questions_to="requests_to")
_rename(S + "reminding", Waiting="WaitingPartner")
_rename(S + "life", VersionLife="VersionStatus", lives="statuses_of_versions", life_of="status_of")
_rename(S + "mail_state", knock="try_server_now")
_rename(S + "verification", Verified="VerificationReport", verify="verify_record")
_rename(S + "seal_verification", Seals="SealReport")
_rename(D + "gates", Asked="AskedPartner")
_rename(D + "naming", Passage="NamedPassage")
_rename(D + "comments", Outcome="CommentOutcome")
_rename(D + "changes", Run="WordRun")
_rename("signoff.assist.suggesting", Looked="CriterionWords", Passage="SuggestedPassage")
_rename(W + "installation", here="installation")
_rename(W + "access", ask_at_the_door="check_access")
_rename(W + "telling", Told="Activity", told="activities", told_briefly="activity_line")
_rename(W + "partner.facts", gather="page_context")
_rename(W + "partner.way", way_in="link_from_form", link_in="link_from_address")
_rename("signoff.demo.catcher", Caught="CaughtLetter")

# Words renamed wherever they stand as identifiers, in these old modules.
WORDS: list[tuple[tuple[str, ...], str, str]] = [
    (("signoff.command", "signoff.cli", "signoff.letters_commands", "signoff.worker_command"), "here", "context"),
    (("signoff.worker", "signoff.distributed", "signoff.letters.delivery", "tests."), "knock", "force"),
    (("signoff.letters.delivery",), "_desk", "_writer"),
    (("signoff.letters.delivery",), "_ledger", "_outcomes"),
    (("signoff.web.access",), "at_the_door", "check"),
]

# Public names that stand as text in templates and elsewhere would have to be listed here.
TEXT: list[tuple[str, str, str]] = [
    # (path after the move, old text, new text); a text that is not there is reported, not fatal
    ("signoff/services/principles/editions.py", 'PACKAGE / "first_edition.json"', 'Path(__file__).with_name("first_edition.json")'),
    ("signoff/services/principles/editions.py", "from signoff.settings import PACKAGE\n", "from pathlib import Path\n"),
    ("signoff/web/public/typesetting.py", '"templates" / "public" / "position.typ"', '"templates" / "public" / "positions" / "position.typ"'),
    ("pyproject.toml", '"signoff/models/*_definitions.py"', '"signoff/models/*.py"'),
    ("pyproject.toml", "signoff/paths.py", "signoff/settings.py"),
]
# Files that are no Python and no template.
FILES: dict[str, str] = {
    "signoff/first_edition.json": "signoff/services/principles/first_edition.json",
}

# ---------------------------------------------------------------- tests
_T = "tests."
MODULES |= {
    _T + "domain.test_changes": _T + "domain.test_diff",
    _T + "domain.test_computed": _T + "domain.test_placeholders",
    _T + "domain.test_counting": _T + "domain.test_phrasing",
    _T + "domain.test_names_that_may_stand": _T + "domain.test_names",
    _T + "project.test_refusals": _T + "project.test_errors",
    _T + "services.test_account_races": _T + "services.accounts.test_races",
    _T + "services.test_accounts": _T + "services.accounts.test_accounts",
    _T + "services.test_carry_over": _T + "services.positions.test_carry_over",
    _T + "services.test_highlighting": _T + "services.positions.test_highlighting",
    _T + "services.test_names_in_public": _T + "services.positions.test_names_in_public",
    _T + "services.test_consultations": _T + "services.rounds.test_consultations",
    _T + "services.test_people_held": _T + "services.rounds.test_locked_people",
    _T + "services.test_reminding": _T + "services.rounds.test_reminders",
    _T + "services.test_contacts": _T + "services.partners.test_contacts",
    _T + "services.test_leaving": _T + "services.partners.test_membership",
    _T + "services.test_register": _T + "services.partners.test_register",
    _T + "services.test_editions": _T + "services.principles.test_editions",
    _T + "services.test_outbox": _T + "services.outbox.test_outbox",
    _T + "services.test_sealing": _T + "services.record.test_sealing",
    _T + "services.test_verification": _T + "services.record.test_verification",
    _T + "services.test_acts": _T + "services.test_acts",
    _T + "services.test_turns": _T + "services.test_whole_rounds",
    _T + "letters.test_delivery": _T + "letters.delivery.test_delivery",
    _T + "letters.test_header_check": _T + "letters.delivery.test_header_check",
    _T + "letters.test_hostile_servers": _T + "letters.delivery.test_hostile_servers",
    _T + "letters.hostile": _T + "letters.delivery.hostile",
    _T + "letters.test_torture": _T + "letters.delivery.test_torture",
    _T + "letters.test_turns": _T + "letters.test_rounds",
    _T + "letters.test_distributed": _T + "worker.test_distributed",
    _T + "letters.test_the_lock": _T + "worker.test_built_in",
    _T + "web.test_paper": _T + "web.public.test_paper",
    _T + "web.test_matrix": _T + "web.public.test_matrix",
    _T + "web.test_partner_page": _T + "web.partner.test_partner_page",
    _T + "web.test_accounts": _T + "web.staff.test_accounts",
    _T + "web.test_board": _T + "web.staff.test_board",
    _T + "web.test_letters": _T + "web.staff.test_letters",
    _T + "web.test_register": _T + "web.staff.test_register",
    _T + "web.test_register_odds": _T + "web.staff.test_register_edge_cases",
    _T + "web.test_questions_about_names": _T + "web.staff.test_name_conflicts",
    _T + "web.test_the_door": _T + "web.staff.test_sign_in",
    _T + "web.test_turns": _T + "web.test_whole_rounds",
}

# ---------------------------------------------------------------- templates
_STAFF = {
    "accounts": "account authenticator code forgotten login prove way user user_new users",
    "outbox": "letter letters",
    "partners": "partner partner_form partner_import partner_leave partners settle_name",
    "positions": "position positions edit version compare check matrix exempt comments ordinary position_address",
    "principles": "edition edition_adopt edition_draft edition_words editions",
    "publications": "publish remove retire",
    "record": "record timeline",
    "rounds": "board choose confirm deadline drop drop_several recall remind",
    "": "start help look search",
}
_NEW_NAMES = {"ordinary": "ordinary_words", "prove": "reauthenticate", "way": "mailed_link", "choose": "choose_partners", "confirm": "preview_recipients"}
TEMPLATES: dict[str, str] = {}
for _noun, _names in _STAFF.items():
    for _name in _names.split():
        TEMPLATES[f"staff/{_name}.html"] = "/".join(filter(None, ("staff", _noun, f"{_NEW_NAMES.get(_name, _name)}.html")))
TEMPLATES |= {
    "public/position.html": "public/positions/position.html",
    "public/position.md": "public/positions/position.md",
    "public/position.typ": "public/positions/position.typ",
    "public/positions.html": "public/positions/positions.html",
    "public/ended.html": "public/positions/ended.html",
    "public/delivered.html": "public/positions/delivered.html",
    "public/feed.atom": "public/positions/feed.atom",
    "public/listed.html": "public/positions/listed.html",
    "public/partner.html": "public/partners/partner.html",
    "public/partners.html": "public/partners/partners.html",
    "public/principles.html": "public/principles/principles.html",
    "public/matrix.html": "public/principles/matrix.html",
    "public/home.html": "public/home.html",
    "public/api.html": "public/api.html",
    "public/verify.html": "public/verify.html",
    "layouts/door.html": "layouts/signed_out.html",
    "partner/parts/other_ways.html": "partner/parts/other_actions.html",
}
TEMPLATE_KEEP = ("letters/", "errors/", "demo/", "parts/", "layouts/", "partner/")

_rename(S + "endings", sound_reason="clean_reason", tell_ended="notify_ended")
_rename(S + "deadlines", tell_moved="notify_deadline_moved")
_rename(S + "undeliverable", tell_undeliverable="notify_undeliverable")
_rename(S + "publications", take_back_words="retire_if_named")
_rename(S + "leaving", come_back="rejoin")
_rename(S + "links", is_on_trial="is_provisional", on_trial="provisional_contacts")
_rename(S + "editions", find_before="find_previous_edition")
_rename("signoff.worker", beat="record_heartbeat", _rest="_sleep")

_rename(S + "accounts", _drop_tokens="drop_tokens")

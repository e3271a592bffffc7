"""What notifications say in words, where they have no fields: that an email did not arrive, is late, or got a reply.

Each list holds parts of sentences that mail systems are known to write. They are only looked for in what a mail system
sent, and above the email that it brings back.
"""

import re
from email.message import Message
from email.utils import parseaddr


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


_DAEMON = _any_of(
    r"\b(?:mailer|mail|double)[-_ ]?(?:daemon|system|admin|bounce)\b",
    r"\b(?:post(?:master|office)|mdaemon|mailer|daemon|amavis|administrator|microsoftexchange\w*|bounces?)\b",
    r"\b(?:mail[-_ ]?)?delivery[-_ ]?(?:status|system|subsystem)\b|\breturned[-_ ]?mail\b|\bcontent[-_ ]?filter\b",
)
_FAILED_SUBJECT = _any_of(
    r"\bun(?:deliver|delivr|zustellbar|known user)",
    r"\breturn(?:ed)? (?:mail|message|to sender)|\bno such user",
    r"\buser unknown|\bfailure (?:notice|notification|report)",
    r"\b(?:mail|message) system error|\berror sending mail|\bmail error",
    r"\b(?:mail|message|e-?mail) (?:delivery )?(?:failed|failure|rejected|refused|bounced|not delivered)",
    r"\bdelivery (?:status notification|report|failure|failed|error|notification|has failed|problem)",
    r"\bdelivery to .{1,80} failed|\bcould not (?:be )?deliver|\bnon-?[ ]?(?:deliver|remis)|\bbounce\b",
    r"\b(?:automatically )?rejected (?:mail|message|posting)",
    r"unbekannte? empf|nicht zugestellt|pudo entregar|no entregado|não entregue|non recapitat|non recensé",
    r"onbestelbaar|mancat[ao] (?:consegna|recapito)|non (?:distribué|délivré)|no (?:se )?(?:ha podido|pudo) entregar",
    r"配信|配送|送信でき|メールエラー|エラーメール|不達|退信|无法投递|недоставл|не доставлено",
)
_AWAY_SUBJECT = _any_of(
    r"out[- ]of[- ](?:the )?office|automat(?:ic|ed) (?:reply|response)|auto[- ]?(?:reply|response|responder)",
    r"\b(?:on|annual) (?:vacation|leave|holiday)\b|\bvacation (?:reply|message|notice|response)",
    r"away from (?:my|the) (?:office|mail|desk|e-?mail)|no longer (?:work|with|at|employed)",
    r"thank you for (?:your (?:email|message)|contacting)|we (?:have )?received your|your (?:ticket|case|request)\b",
    r"abwesen|automatische antwort|automatisch antwoord|réponse automatique|absen(?:ce|t) du bureau",
    r"respuesta automática|fuera de (?:la )?oficina|resposta automática|risposta automatica|fuori (?:sede|ufficio)",
    r"自動応答|自动回复|автоответ",
)
_REPLY_SUBJECT = re.compile(r"\s*(?:re|aw|sv|rv|res)\s*:", re.IGNORECASE)
_LATE = _any_of(
    r"warning (?:message )?only|just a warning|do(?:es)? not need to resend|no action is required|remains in the queue",
    r"not (?:yet|been able to) (?:be(?:en)? )?deliver|has not been delivered (?:yet|within)|delivery incomplete",
    r"will (?:be retried|continue (?:to (?:try|attempt)|trying)|keep trying|try again|retry|be attempted)",
    r"(?:still|being) (?:trying|retried|attempted|queued)|delivery attempts will continue|will give up",
    r"\b(?:message|mail|delivery)\b[^.]{0,60}(?:is|has been|was) (?:temporarily )?(?:delayed|postponed|deferred)",
    r"delivery delayed|delay(?:ed)? (?:notification|notice|mail)|status notification \(delay|temporar(?:y|ily)"
    r" (?:problem|failure|unable|undeliverable|delayed)|could not be delivered (?:yet|for the last|for more than)",
    r"verzögert|retard[ée]|(?:se ha |ha sido )retrasado|\bde retraso\b|em atraso|in ritardo|vertraagd|遅延|遅れて",
    r"noch\s+nicht\s[^.]{0,60}(?:zugestellt|ausgeliefert)|(?:weiter(?:hin)?|erneut)\s+versucht|verspätet",
    r"n'a pas encore|pas encore pu|nouvelles? tentatives?",
    r"aún no (?:se )?(?:ha|pudo)|todavía no (?:se )?ha|se(?:guirá| volverá a) intentand?o|ainda não|non è ancora",
    r"nog niet",
)
_GIVEN_UP = _any_of(
    r"(?:i've|have|has) given up|\bgiving up|\bgave up|permanent(?:ly)? (?:error|failure|fatal|failed|undeliverable)",
    r"will not be (?:retried|attempted|delivered)|no (?:further|more) (?:attempts|retries|delivery attempts)",
    r"(?:retry|delivery) (?:timeout|time) (?:exceeded|expired)|could not be delivered (?:within|for \d+ days)",
    r"cannot be delivered|stopped trying|retry limit|too old|message (?:has )?expired|unrecoverable",
    r"unable to deliver (?:it|this|your)",
    r"endgültig|dauerhafter? fehler|(?:erreur|échec) (?:permanente?|définiti(?:f|ve))",
    r"error (?:permanente|definitivo)|恒久的",
)
_HELD = _any_of(
    r"\b(?:is|are|was|were|been|being) (?:being |placed |put )?(?:on hold|held|quarantined|in quarantine)\b",
    r"\b(?:awaits?|awaiting|pending) (?:\w+ )?(?:moderation|approval|release|review)\b|\bmoderation queue\b",
    r"quarantäne|zurückgehalten|auf freigabe|en quarantaine|en attente d['’e] ?(?:modération|validation|approbation)",
    r"en cuarentena|(?:mensaje|correo) retenido|pendiente de (?:aprobación|moderación)",
    r"in quarantena|em quarentena|in quarantaine|wacht op goedkeuring|隔離|承認待ち|隔离|等待审核|карантин",
)
_ARRIVED = _any_of(
    r"(?<!not )(?<!n't )\bsuccessful(?:ly)? (?:mail )?deliver(?:y|ed)\b|\b(?:return|read) receipt\b",
    r"\b(?:was|were|has been|have been) (?:successfully )?(?:delivered|forwarded|read)\b",
    r"(?<!nicht )\berfolgreich (?:zugestellt|ausgeliefert)|lesebestätigung|wurde gelesen|(?<!nicht )\bweitergeleitet\b",
    r"(?:remis|distribué|délivré) avec succès|accusé de (?:réception|lecture)",
    r"(?<!no )ha sido entregado|entregado correctamente|confirmación de (?:entrega|lectura)|entregue com sucesso",
    r"(?<!non )è stato consegnato|consegnat[oa] (?:correttamente|con successo)|ricevuta di (?:ritorno|lettura)",
    r"succesvol (?:bezorgd|afgeleverd)|正常に(?:配信|配送|届)|届きました",
    r"開封(?:通知|確認)|成功投递|(?<!не )успешно доставлен",
)
_FAILED = _any_of(
    r"could(?: not|n't) be (?:delivered|sent|reached|completed|found)|not (?:been )?(?:delivered|accepted|received)",
    r"undeliver(?:able|ed)|unable to (?:deliver|send|relay|reach)|fatal errors",
    r"(?:can ?not|can't|could ?n[o']t|did ?n[o']t|failed to|not able to) (?:be )?(?:deliver|send|reach|process)",
    r"deliver(?:y|ing)\b[^.\n]{0,60}\bfail|\bfail(?:ed|ure)\b[^.\n]{0,40}\bdeliver",
    r"(?:following|these) (?:recipient|address|user)\S*\s(?:\S+\s){0,6}(?:fail|reject|unknown|invalid|problem|error)",
    r"(?:user|recipient|mailbox|address|account|alias|host|domain)\W{0,3}(?:name |address |\S+@\S+ )?"
    r"(?:is |was |has been )?(?:unknown|not found|unavailable|disabled|invalid|suspended|closed|deactivated|inactive|"
    r"full|rejected|(?:does ?n[o']t|did not|not) exist|not (?:available|listed|known|recogni[sz]ed|local|active))",
    r"(?:unknown|no such|invalid|nonexist\w+|bad|illegal|not a valid|does not have an?)\W{1,3}(?:local )?"
    r"(?:user|recipient|mailbox|address|account|host|domain|destination|person)|doesn't have an? \S+ account",
    r"quota exceeded|exceeded (?:the |its )?(?:storage|quota|disk)|mailbox\b[^.\n]{0,40}\bfull|over (?:the )?quota",
    r"message\b[^.\n]{0,40}\b(?:rejected|refused|blocked|bounced|returned)",
    r"returned to (?:you|sender|the sender)",
    r"(?:was|been|is) (?:automatically )?(?:rejected|refused|bounced|returned|blocked)\b|rejected (?:your|the|by)",
    r"relay(?:ing)? (?:denied|not permitted|not allowed)",
    r"no longer (?:valid|active|works|available|exists|in use|employed)",
    r"\b5\d\d[ \-#]+(?:\(?#?5\.\d{1,3}\.\d{1,3})|\b5\.\d{1,3}\.\d{1,3}\b",
    r"(?:said|response|error|reason|replied|status|code|smtp;?|>|:)\W{0,6}5[05]\d\b",
    r"konnte (?:[^.]{0,60} )?nicht (?:zugestellt|übermittelt|ausgeliefert)",
    r"n'a (?:pas )?pu être|n'existe|no existe|desconocid[oa]",
    r"(?:pudo|podido) (?:ser )?entreg|adresse inconnue|destinataire inconnu|nicht bekannt|unbekannte[rn]? empfänger",
    r"niet worden (?:bezorgd|afgeleverd)|non (?:ha potuto|può) essere consegnato|casella inesistente",
    r"não (?:pôde|foi possível)|impossibile recapitare|届きません",
    r"(?:送信|配信|配送|配達)でき|存在しません|(?:一杯|いっぱい)の|无法",
)


def is_from_machine(message: Message) -> bool:
    """Whether its sender is the account in whose name mail servers write, which no person and no mailbox has."""
    return parseaddr(str(message.get("From", "")))[1].lower().startswith("mailer-daemon@")


def is_from_daemon(message: Message, subject: str) -> bool:
    """Whether a mail system wrote it: by its name, or because nothing may be answered to it.

    A person who replies may be called like one.
    """
    path, sender = message.get("Return-Path"), message.get("From")
    name, address = parseaddr(str(sender or ""))
    for given in (path, sender and address):
        if given is not None and not str(given).strip().strip("<>").strip():
            return True
    unix = (message.get_unixfrom() or "").split()[1:2]
    names = () if _REPLY_SUBJECT.match(subject) else (name,)
    return any(_DAEMON.search(word) for word in (address.partition("@")[0], *names, *unix))


def has_subject_of_failure(subject: str) -> bool:
    """Whether a subject is one under which mail systems send back what they could not deliver."""
    return bool(_FAILED_SUBJECT.search(subject))


def has_subject_of_reply(subject: str) -> bool:
    """Whether a subject is one under which mailboxes answer by themselves."""
    return bool(_AWAY_SUBJECT.search(subject))


def is_late(words: str) -> bool:
    """Whether words say that delivery is still tried."""
    return bool(_LATE.search(words)) and not _GIVEN_UP.search(words)


def is_held(words: str) -> bool:
    """Whether words say that an email arrived and waits for someone to let it through."""
    return bool(_HELD.search(words))


def has_arrived(words: str) -> bool:
    """Whether words say that an email was delivered or read; those of a failure come first."""
    return bool(_ARRIVED.search(words))


def has_failed(words: str) -> bool:
    """Whether words say that an email did not arrive."""
    return bool(_FAILED.search(words) or _GIVEN_UP.search(words))

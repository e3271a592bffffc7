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
    r"\b(?:stopped|blocked) (?:a|the|your) (?:e-?mail|message)\b",
    r"unbekannte? empf|nicht zugestellt|pudo entregar|no entregado|não entregue|non recapitat|non recensé",
    r"onbestelbaar|mancat[ao] (?:consegna|recapito)|non (?:distribué|délivré)|no (?:se )?(?:ha podido|pudo) entregar",
    r"配信|配送|送信でき|メールエラー|エラーメール|不達|退信|无法投递|недоставл|не доставлено",
    r"ei voitu toimittaa|kunne ikke leveres|kézbesíthetetlen|nem kézbesít|nu a putut fi livrat|αδυναμία παράδοσης",
    r"(?:발송|전송|배달) ?실패|반송",
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
    r"\bdelayed:|warning (?:message )?only|just a warning|(?:do(?:es)? not need to|need not) (?:resend|send it)",
    r"no action is required|remains in the queue",
    r"not (?:yet|been able to) (?:be(?:en)? )?deliver|has not been delivered (?:yet|within)|delivery incomplete",
    r"will (?:be retried|continue (?:to (?:try|attempt)|trying)|keep trying|try again|retry|be attempted)",
    r"(?:still|being) (?:trying|retried|attempted|queued)|delivery attempts will continue|will give up",
    r"\b(?:message|mail|delivery)\b[^.]{0,60}(?:is|has been|was) (?:temporarily )?(?:delayed|postponed|deferred)",
    r"delivery delayed|delay(?:ed)? (?:notification|notice|mail)|status notification \(delay|temporar(?:y|ily)"
    r" (?:problem|failure|unable|undeliverable|delayed)|could not be delivered (?:yet|for the last|for more than)",
    r"verzögert|retard[ée]|(?:se ha |ha sido )retrasado|\bde retraso\b|em atraso|in ritardo|vertraagd|遅延|遅れて",
    r"noch\s+nicht\s[^.]{0,60}(?:zugestellt|ausgeliefert)|(?:weiter(?:hin)?|erneut)\s+versucht|verspätet",
    r"(?:is|are|will be) tried again|(?:keeps?|go(?:es)? on) trying|kept in (?:the|our) queue",
    r"n'a pas encore|pas encore pu|nouv(?:elles? tentatives?|eaux essais)|en file d['’]attente",
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
_OPEN = _any_of(
    # The sender is to show that they are a person, or an address that is welcome.
    r"\b(?:you|sender) (?:are|is) (?:really )?(?:a )?(?:human|real person|person and not)\b|\bcaptcha\b",
    r"\b(?:not|no|pas|kein|non|não|geen|inte)\b(?: \w+){0,2} rob[oô](?:ts?|ter)?\b|ロボットではな",
    r"\bto release (?:your|the|this) (?:e-?mail|mail|message)|\badd yourself to\b|\bwait-?(?:ing )?list(?:ed)?\b",
    r"\b(?:needs?|requires?|awaits?|awaiting) your (?:confirmation|verification)|\bchallenge[-/ ]response\b",
    r"\b(?:confirm|verify|authenticate) (?:yourself|that you (?:sent|wrote)|your (?:identity|(?:e-?mail )?message))\b",
    r"\byour address (?:has not been|is not) (?:yet )?(?:confirmed|verified)\b",
    r"\byou will (?:never|not) be asked again\b",
    r"\bein mensch (?:sind|bist)\b|\b(?:êtes|es) (?:bien )?(?:un(?:e personne| (?:être )?humain)|humain)",
    r"\bvous (?:authentifier|identifier)\b|\b(?:es|eres) (?:una? (?:persona|(?:ser )?human[oa])|human[oa])\b",
    # Someone looks at it first.
    r"\b(?:message|mail|e-?mail|post(?:ing)?)\b(?:(?!mailbox|account)[^.]){0,80}"
    r"\b(?:is|was|been|being) (?:being |placed |put )?(?:on hold|held|quarantined|in quarantine)\b",
    r"\b(?:awaits?|awaiting|waiting for) (?:\w+ )?(?:moderation|approval|release|review)\b",
    r"\b(?:group|list) is moderated\b|\bby a moderator first\b",
    r"\bheld (?:by [^.]{1,60} )?for (?:review|moderation|approval)\b",
    # It arrived without its attachments, or at another address.
    r"\b(?:the (?:rest|remainder)(?: of (?:your|the) \S+)?|everything else) "
    r"(?:(?:was|has been) (?:passed on|delivered|forwarded)|(?:has )?arrived)\b",
    r"\b(?:was|has been) delivered without (?:it|them|its|the|your) ?(?:attach|file)?",
    r"\bmail for (?:it|them) is (?:still |being )?forwarded\b",
    r"\b(?:was|has been|is) forwarded to (?:the|h\w+|their|our) new address",
)
_ENDED = _any_of(
    r"\b(?:was|were|(?:has|have) (?:\w+ )?been) (?:\w+ )?"
    r"(?:deleted|discarded|destroyed|returned|rejected|refused|bounced)\b",
    r"\bno (?:confirmation|approval) (?:was |has been )?(?:received|arrived|came)\b",
    r"\b5\d\d[ -]|\b5\.\d{1,3}\.\d{1,3}\b",
    r"\bwurde (?:\w+ )?(?:gelöscht|verworfen|abgelehnt)|\ba (?:donc )?été (?:\w+ )?(?:supprimé|refusé|rejeté)",
    r"\bha sido (?:\w+ )?(?:eliminad|borrad|rechazad)",
)
_AWAY = _any_of(
    r"\b(?:is|are|am|be) (?:\w+ )?(?:away|absent|on (?:\w+ )?(?:leave|vacation|holiday)|out of (?:the )?office)\b",
    r"\b(?:office|school|building)s?\b[^.]{0,40}\b(?:is|are|be) closed\b|\bclosed (?:from|until|between)\b",
    r"\bwill (?:\w+ )?(?:see|read|answer|reply to|respond to) (?:it|your|all|e-?mail|messages?)\b",
    r"\b(?:back|return(?:ing)?|returns?) (?:in|at|to) (?:the |our |my )?(?:office|work|school|desk)\b|\bresumes\b",
    r"nicht im (?:büro|haus)|im urlaub|\babwesend|en (?:congés?|vacances)|de vacaciones|in ferie|met vakantie",
    r"de férias|på semester|休暇|不在にして|отпуск",
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
    r"(?:was|been|is) (?:automatically )?(?:rejected|refused|bounced|returned|blocked|discarded|destroyed)\b",
    r"(?:was|been) deleted(?! without)|rejected (?:your|the|by)",
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
    r"ei voitu (?:toimittaa|lähettää)|ei ole olemassa|kunne ikke leveres|nem (?:sikerült|lehetett) kézbesít",
    r"nu a putut fi livrat|δεν (?:ήταν δυνατή η παράδοση|παραδόθηκε)|전송되지|실패하였|존재하지 않는",
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


def is_open(words: str) -> bool:
    """Whether words say what is no failure although they may use the words of one: an email waits until its sender has
    confirmed something or someone has looked at it, or it arrived without a file. Not once that came to an end."""
    return bool(_OPEN.search(words)) and not _ENDED.search(words)


def is_away(words: str) -> bool:
    """Whether words say that the reader is absent."""
    return bool(_AWAY.search(words))


def is_held(words: str) -> bool:
    """Whether words say that an email arrived and waits for someone to let it through."""
    return bool(_HELD.search(words)) and not _ENDED.search(words)


def has_arrived(words: str) -> bool:
    """Whether words say that an email was delivered or read; those of a failure come first."""
    return bool(_ARRIVED.search(words))


def has_failed(words: str) -> bool:
    """Whether words say that an email did not arrive."""
    return bool(_FAILED.search(words) or _GIVEN_UP.search(words))

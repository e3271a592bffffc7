"""What is stored: tables with their constraints; the promise is held here, not only in code."""

from signoff.models.acceptances import Acceptance, AcceptanceLink
from signoff.models.accounts import (
    AccountLink,
    ApiToken,
    Authenticator,
    EmailOff,
    IdempotentCall,
    RecoveryCode,
    SignInFailure,
    StaffRole,
    StaffSession,
    StaffUser,
)
from signoff.models.answers import Answer, AnswerPerson
from signoff.models.applications import Application, SignOn
from signoff.models.base import Base
from signoff.models.coalition import Coalition, Logo
from signoff.models.consultations import Comment, Invitation
from signoff.models.deliveries import DeliveredName, Delivery
from signoff.models.directory import Expertise, PartnerExpertise, PartnerPlace
from signoff.models.letters import AnswerDigest, Letter
from signoff.models.meetings import Meeting
from signoff.models.merges import PartnerMerge
from signoff.models.newsletters import Newsletter
from signoff.models.partner_imports import ImportFile, PartnerImport
from signoff.models.partners import Contact, ImportColumns, Partner, PartnerName, PartnerTag, Segment
from signoff.models.positions import FindingRow, Position, ReviewAssignment, Version, VersionCheck
from signoff.models.postings import PartnerPosting
from signoff.models.principles import Criterion, EditionDraft, PrinciplesEdition, WordList
from signoff.models.problem_reports import ProblemReport
from signoff.models.proposals import Exemption, NameProposal, Referral
from signoff.models.public_log import Cosignature, LogHead, LogLeaf, LogList, WitnessProblem
from signoff.models.publications import Publication
from signoff.models.record import Entry
from signoff.models.restorations import Restoration
from signoff.models.returns import Complaint, MailReport
from signoff.models.revisions import PublicRevision
from signoff.models.rounds import Link, Request, Round
from signoff.models.row_codes import RowCode
from signoff.models.schedules import ScheduledAct
from signoff.models.sealing import Leaf
from signoff.models.subscriptions import NewsDigest, Subscription
from signoff.models.turns import DraftPresence, DraftState, FirstDraft, FirstDraftPresence, TurnNotice
from signoff.models.words import EntryKindWord, LetterKindWord, RoleWord
from signoff.models.worker import MailPause, WorkerBeat

__all__ = [
    "Acceptance",
    "AcceptanceLink",
    "AccountLink",
    "Answer",
    "AnswerDigest",
    "AnswerPerson",
    "ApiToken",
    "Application",
    "Authenticator",
    "Base",
    "Coalition",
    "Comment",
    "Complaint",
    "Contact",
    "Cosignature",
    "Criterion",
    "DeliveredName",
    "Delivery",
    "DraftPresence",
    "DraftState",
    "EditionDraft",
    "EmailOff",
    "Entry",
    "EntryKindWord",
    "Exemption",
    "Expertise",
    "FindingRow",
    "FirstDraft",
    "FirstDraftPresence",
    "IdempotentCall",
    "ImportColumns",
    "ImportFile",
    "Invitation",
    "Leaf",
    "Letter",
    "LetterKindWord",
    "Link",
    "LogHead",
    "LogLeaf",
    "LogList",
    "Logo",
    "Meeting",
    "NameProposal",
    "NewsDigest",
    "Newsletter",
    "Partner",
    "PartnerExpertise",
    "PartnerImport",
    "PartnerMerge",
    "PartnerName",
    "PartnerPlace",
    "PartnerPosting",
    "PartnerTag",
    "Position",
    "PrinciplesEdition",
    "ProblemReport",
    "PublicRevision",
    "Publication",
    "RecoveryCode",
    "Referral",
    "Request",
    "Restoration",
    "ReviewAssignment",
    "RoleWord",
    "Round",
    "RowCode",
    "ScheduledAct",
    "Segment",
    "SignInFailure",
    "SignOn",
    "StaffRole",
    "StaffSession",
    "StaffUser",
    "Subscription",
    "TurnNotice",
    "Version",
    "VersionCheck",
    "WitnessProblem",
    "WordList",
    "WorkerBeat",
    "MailPause",
    "MailReport",
]

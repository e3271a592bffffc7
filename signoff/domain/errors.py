"""Every error the program means to raise; each carries one human sentence, none knows HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from signoff.domain.partners.name_conflicts import NameConflict


@dataclass(frozen=True)
class Reason:
    """One thing that stands in the way of an act, and where it can be mended.

    `code` names the rule, `text` says it to a person, `about` holds the key of the criterion, partner
    or field it concerns, so that a page can link to the place that mends it.
    """

    code: str
    text: str
    about: str = ""


class Refusal(Exception):
    """The act was not done and nothing was changed."""

    sentence: ClassVar[str] = "This cannot be done."

    def __init__(self, sentence: str = "") -> None:
        self.text = sentence or self.sentence
        super().__init__(self.text)


class NotFound(Refusal):
    """There is no such thing, or none that this person may know of."""

    sentence = "There is nothing under this name."


class NotSignedIn(Refusal):
    """The act needs a signed-in user or a valid token."""

    sentence = (
        "You are no longer signed in, and nothing was saved. Sign in in another window, then go back here: "
        "what you typed is still there. Copy it, load the page again, and send it once more."
    )


class NotAllowed(Refusal):
    """The person is known but may not do this."""

    sentence = "Your roles do not allow this."


class FromElsewhere(Refusal):
    """A form was sent from another site or was not the one this page served."""

    sentence = (
        "This form did not come from this site, or you have signed in again since you opened it. Nothing was changed. "
        "Go back: what you typed is still there. Copy it, load the page again, and send it once more."
    )


class Invalid(Refusal):
    """What was entered cannot be taken; `errors` holds one sentence for each field."""

    sentence = "Something needs another look. Nothing was saved."

    def __init__(self, errors: Mapping[str, str], sentence: str = "") -> None:
        super().__init__(sentence)
        self.errors = dict(errors)


class Missing(Refusal):
    """The gate of an act found something missing; `reasons` holds all of it."""

    sentence = "Something is still missing. Nothing was changed."

    def __init__(self, reasons: Sequence[Reason], sentence: str = "") -> None:
        super().__init__(sentence)
        self.reasons = tuple(reasons)


class Conflict(Refusal):
    """The state of the thing does not allow this act anymore, or not yet."""

    sentence = "This is not possible right now. Nothing was changed."


class NotAsShown(Conflict):
    """What the act would do is not what was shown to the user who asks for it."""

    sentence = "Something changed since this page was shown. Nothing was done; please look again."


class NamesInDoubt(Conflict):
    """Names may be taken for those of other partners; `questions` holds what has to be answered first."""

    sentence = "Please say first whether these names belong to partners in the register. Nothing was changed."

    def __init__(self, questions: Sequence[NameConflict]) -> None:
        super().__init__()
        self.questions = tuple(questions)


class StaleText(Conflict):
    """The text that was shown is not the text that is asked about."""

    sentence = "The text you were shown is not the text we ask about. Nothing was recorded. Please read it again."


class NewerVersion(Conflict):
    """Someone else saved a version after the one this edit began from."""

    sentence = "Someone saved a newer version while you were writing. Nothing was saved; both texts are below."


class NewerDraft(Conflict):
    """Someone else saved, or ended, the shared draft after the state that this edit began from."""

    sentence = (
        "Someone saved or ended the shared draft while you were writing. Nothing was saved; both texts are below."
    )


class DraftEnded(Conflict):
    """The draft of a position to be started is gone: it became version 1, or was discarded."""

    sentence = (
        "This draft was saved as version 1 or discarded while you were writing. Nothing was saved; your text is below."
    )


class RegisterChanged(Conflict):
    """Someone else agreed a name or published a text since the names of a file were asked about."""

    sentence = "The register changed while the file was imported."


class SameOrganization(Conflict):
    """A partner was given a name that was answered to be that of another entry: `slug` is the other's."""

    def __init__(self, text: str, slug: str) -> None:
        super().__init__(text)
        self.slug = slug


class PartnerMerged(Conflict):
    """This entry of the register was merged into another; `slug` is where it leads."""

    def __init__(self, name: str, into: str, slug: str) -> None:
        super().__init__(f"{name} was merged into {into}. Nothing was changed.")
        self.slug = slug


class RoundClosed(Conflict):
    """The round takes no answers now."""

    sentence = "This round no longer takes answers. Nothing was recorded."


class AskedInPart(Conflict):
    """A large round was begun and then stopped: `asked` of so many partners were asked now, and the others were not.

    When it could not be counted, `is_exact` is false, and more may have been asked.
    """

    def __init__(self, asked: int, partners: int, why: str, *, is_exact: bool = True) -> None:
        some = f"{asked:,} of {partners:,} partners were asked now, and their emails are on the way."
        if not is_exact:
            so_far = f"At least {some} The rest may not have been"
        else:
            so_far = f"{some} The rest were not" if asked else f"None of the {partners:,} partners was asked now"
        super().__init__(f"{so_far}. {why} If you still want to ask the rest, ask again.")


class NothingStands(Conflict):
    """There is no answer that could be withdrawn, contested or removed."""

    sentence = "There is no such answer, so nothing was changed."


class NotSealedYet(Refusal):
    """The newest signed head does not have this list yet."""

    sentence = "The newest signed head does not have this yet. Please try again in a minute."


class TooBusy(Refusal):
    """As many as can be served at once ask for what takes long to make."""

    sentence = "Many files are being made right now. Nothing was changed. Please try again in a few seconds."


class BeingRestored(Refusal):
    """A copy of the database was put back, and no administrator has opened the public pages yet."""

    sentence = (
        "This site was restored from a copy. Its pages will be shown again as soon as the Coalition’s staff have "
        "checked them."
    )


class LinkDead(Refusal):
    """The link was re-issued, or its contact no longer answers for the partner."""

    sentence = "This link no longer works. A newer one was sent, or the contact it was made for has changed."


class TooMany(Refusal):
    """The same thing was tried too often in a short time."""

    sentence = "Too many attempts. Please wait a quarter of an hour and try again."

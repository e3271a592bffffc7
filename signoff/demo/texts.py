"""The demo's texts: three positions about real questions of community schools, and how they were checked."""

from signoff.domain.letterhead import Letterhead
from signoff.domain.positions.text import Wording

LETTERHEAD = Letterhead(
    address="4301 Example Avenue NW\nWashington, DC 20008",
    website="https://coalition.example",
    phone="202-555-0100",
    press_contact="Paul Publisher, Director of policy\npaul@coalition.example",
)

COORDINATOR = Wording(
    kind="letter",
    title="Every community school needs a coordinator, paid for years rather than months",
    addressed_to=(
        "The Honorable Ann Lee, Chair\nCommittee on Appropriations\nUnited States Senate\nWashington, DC 20510"
    ),
    summary=(
        "A full-time coordinator is what turns a school with programs into a community school. "
        "We ask Congress to fund the role in five-year grants, at the pay of a teacher, and to let families "
        "and students share in the hiring."
    ),
    body="""In the schools we work with, one person knows which family has lost its apartment, which clinic has a free \
Tuesday, and which teacher has room for ten more students after four o’clock. Where that person leaves in June \
because the grant ends in June, the partnerships leave too. Trust does not follow a fiscal year.

## What we ask

1. Five-year awards for the coordinator’s salary, at no less than the district’s teacher scale.
2. Two voting seats for students and two for families on each site council that hires the coordinator, with \
interpretation in the languages families speak at home.
3. A public report each year on attendance, wellbeing and learning, with targets agreed by the school and the \
partners that gather the numbers.

## Why it belongs in public schools

The role works because the school is open to every child of its neighborhood. We ask that awards go to public \
schools and the districts that answer for them, and that no award replace what a district already pays.

## What it costs

A coordinator costs about as much as one teacher. Where the role has lasted five years, schools tell us that \
the partners it brings in give services worth several times that sum. We ask Congress to have this measured, \
by people who do not run the programs, and to publish what is found.""",
    date_line="{{date}}",
    salutation="Dear Chair Lee and Members of the Committee:",
    closing="Sincerely,",
    copies="Members of the Subcommittee on Labor, Health and Human Services, and Education",
    press_contact="Paul Publisher, Director of policy\npaul@coalition.example",
)

SCHOOLYARDS = Wording(
    title="Open the schoolyard after the last bell",
    reference="Joint use of school grounds",
    summary=(
        "Schoolyards stand locked for most of the hours in which children could use them. We ask states to settle "
        "who is liable, and districts to open their yards with the neighborhoods around them."
    ),
    body="""A schoolyard is often the largest open ground a neighborhood has, and it is usually locked at four. \
Principals tell us why: no one has said who pays when someone is hurt, and no one is paid to turn the key.

## What we ask of states

- Limit the liability of districts that open their grounds under a written agreement.
- Pay a small sum for each yard, enough for a caretaker’s evening hours.

## What we ask of districts

- Decide the hours with a council in which residents and students hold half the votes.
- Begin with the yards that are farthest from any park.
- Count who comes, by age and by hour, for two years, and publish the counts with the goals they were meant to \
reach.

An open yard is no program. It asks nothing of the children who come. That is why they come.""",
)

# The second version of the schoolyards: one request says more, and one was added.
SCHOOLYARDS_LATER = {
    "body": SCHOOLYARDS.body.replace(
        "Pay a small sum for each yard", "Pay each year a fixed sum for each yard"
    ).replace(
        "\n\nAn open yard", "\n- Say on every gate, in every language spoken nearby, when it is open.\n\nAn open yard"
    ),
}

ATTENDANCE = Wording(
    kind="statement",
    title="Ask why before you punish an absence",
    summary=(
        "Fines and court dates do not bring absent children back to school. We ask states to replace them with a "
        "duty to find out why, and to act on it together with the family."
    ),
    body="""A child who misses one day in ten is in danger of falling behind for good. Most states know one answer \
to that: a letter, then a fine, then a court. We have looked for evidence that this brings children back, and \
found none.

## What works instead

Schools that ask find asthma, a broken bus line, a younger brother who must be taken to another school, or a \
classmate who is feared. None of these is mended by a fine.

## What we ask

- Repeal fines and criminal penalties for absence.
- Give every school someone whose work it is to visit, to listen, and to bring in a clinic, a bus company or a \
landlord.
- Let families who have been through it sit, with votes and pay, on the board that reviews each district’s \
attendance plan.""",
)

NOT_ENGAGED = ("not_engaged", "", ())

COORDINATOR_FINDINGS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "vision": (
        "advances",
        "The school is treated as the place where a neighborhood’s help meets.",
        ("one person knows which family has lost its apartment",),
    ),
    "mission": (
        "advances",
        "School, families and partners act through one role.",
        ("agreed by the school and the partners",),
    ),
    "public_education": (
        "advances",
        "Awards go to public schools and may not replace what districts pay.",
        ("We ask that awards go to public schools",),
    ),
    "equity": NOT_ENGAGED,
    "learning_and_development": NOT_ENGAGED,
    "community_engagement": NOT_ENGAGED,
    "family_engagement": (
        "advances",
        "Families vote on who is hired, in the language they speak at home.",
        ("two for families on each site council",),
    ),
    "youth_leadership_and_engagement": (
        "advances",
        "Students hold votes, not only places in a program.",
        ("Two voting seats for students",),
    ),
    "results_driven_partnership": (
        "advances",
        "A yearly report with targets that school and partners own together.",
        ("A public report each year on attendance, wellbeing and learning",),
    ),
}

SCHOOLYARDS_FINDINGS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "vision": (
        "advances",
        "The school’s ground becomes the neighborhood’s.",
        ("the largest open ground a neighborhood has",),
    ),
    "mission": NOT_ENGAGED,
    "public_education": NOT_ENGAGED,
    "equity": (
        "advances",
        "It begins where children have least.",
        ("Begin with the yards that are farthest from any park.",),
    ),
    "learning_and_development": NOT_ENGAGED,
    "community_engagement": (
        "advances",
        "Residents decide the hours; they are not only told of them.",
        ("residents and students hold half the votes",),
    ),
    "family_engagement": NOT_ENGAGED,
    "youth_leadership_and_engagement": (
        "advances",
        "Students share half the votes with residents.",
        ("residents and students hold half the votes",),
    ),
    "results_driven_partnership": (
        "advances",
        "There is a count, a time and a goal.",
        ("for two years, and publish the counts with the goals",),
    ),
}

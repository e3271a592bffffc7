"""What the demonstration's directory says of its partners: where they work, and what they know well."""

EXPERTISE = (
    "after school",
    "attendance",
    "coordinators",
    "evaluation",
    "family leadership",
    "literacy",
    "school health",
)

# By the name of a partner; the rest says nothing yet.
PARTICULARS: dict[str, dict[str, object]] = {
    "Alder Foundation for Learning": {
        "places": ("nationwide", "New York, NY"),
        "expertise": ("coordinators", "evaluation"),
        "joined_year": "2012",
    },
    "Asociación Familias Unidas de Tejas": {
        "places": ("TX",),
        "expertise": ("family leadership",),
        "networks": ("Puentes del Sur",),
        "language": "es",
    },
    "Birch County Libraries": {"places": ("Cuyahoga County, OH",), "expertise": ("after school", "literacy")},
    "Cedar Street Health Network": {"places": ("Portland, OR",), "expertise": ("school health",)},
    "Delta Teachers’ Union": {"places": ("CA",), "expertise": ("coordinators", "attendance")},
    "Every Child by Eight": {"places": ("nationwide",), "expertise": ("literacy",)},
    "Federation of Neighborhood Houses": {"places": ("nationwide",), "expertise": ("after school",)},
    "Great Lakes Youth Congress": {"places": ("MI", "OH"), "networks": ("Young Voices Compact",)},
    "Harbor Parents’ League": {"places": ("Baltimore, MD",), "expertise": ("family leadership",)},
    "Juniper School Superintendents": {"places": ("NM",), "expertise": ("attendance",)},
    "Mesa Food Bank": {"places": ("Maricopa County, AZ",), "parent": "Federation of Neighborhood Houses"},
    "National Circle of School Nurses": {"places": ("nationwide",), "expertise": ("school health",)},
}

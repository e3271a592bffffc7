"""Lists of organizations in the shapes in which people have them: exports of other programs, forms, and lists by hand.

Each says which partners and which addresses are in it; headings follow the exporting programs' documentation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.spreadsheets import workbook

BOTH = {"Alder Trust": ("ana@alder.example",), "Birch Union": ("bo@birch.example",)}


@dataclass(frozen=True)
class Shape:
    """A file, the partners in it with their contacts' addresses, and more that has to be read from it."""

    name: str
    raw: bytes
    expected: Mapping[str, Sequence[str]] = field(default_factory=lambda: BOTH)
    websites: Sequence[str] = ()
    people: Sequence[str] = ()
    levels: Sequence[str] = ()


def _lines(*lines: str, encoding: str = "utf-8", end: str = "\n") -> bytes:
    return end.join([*lines, ""]).encode(encoding)


SHAPES = [
    Shape(
        "Signoff's own columns",
        _lines(
            "name,contact_name,contact_email",
            "Alder Trust,Ana Ruiz,ana@alder.example",
            "Birch Union,Bo Li,bo@birch.example",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Google Form in English",
        _lines(
            "Timestamp,Email Address,What is the name of your organization?,Your full name,"
            "Your title,Organization website,Do you agree to be listed?",
            "11/2/2026 9:14:03,ana@alder.example,Alder Trust,Ana Ruiz,Director,www.alder.example,Yes",
            "11/2/2026 10:20:41,bo@birch.example,Birch Union,Bo Li,President,birch.example,Yes",
        ),
        websites=["https://www.alder.example", "https://birch.example"],
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Google Form in Spanish",
        _lines(
            "Marca temporal,Dirección de correo electrónico,Nombre de la organización,"
            "Nombre y apellidos,Cargo,Sitio web,¿Acepta aparecer en la lista?",
            "2/11/2026 9:14:03,ana@alder.example,Alder Trust,Ana Ruiz,Directora,alder.example,Sí",
            "2/11/2026 10:20:41,bo@birch.example,Birch Union,Bo Li,Presidente,birch.example,Sí",
        ),
        websites=["https://alder.example", "https://birch.example"],
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Google Form answered twice by one organization",
        _lines(
            "Timestamp,Organization,Name,Email",
            "1,Alder Trust,Ana Ruiz,ana@alder.example",
            "2,Birch Union,Bo Li,bo@birch.example",
            "3,ALDER TRUST,Cy Ode,cy@alder.example",
        ),
        {"Alder Trust": ("ana@alder.example", "cy@alder.example"), "Birch Union": ("bo@birch.example",)},
    ),
    Shape(
        "Excel in German, semicolons, Windows-1252",
        _lines(
            "Organisation;Ansprechpartner;E-Mail-Adresse;Funktion;Webseite",
            "Alder Trust;Änne Groß;ana@alder.example;Geschäftsführerin;www.alder.example",
            "Birch Union;Bo Li;bo@birch.example;Präsident;",
            encoding="cp1252",
            end="\r\n",
        ),
        people=["Änne Groß", "Bo Li"],
    ),
    Shape(
        "Excel in French, semicolons, sep= line",
        _lines(
            "sep=;",
            "Organisme;Personne de contact;Courriel;Fonction;Site web",
            "Alder Trust;Ana Ruiz;ana@alder.example;Présidente;http://alder.example",
            "Birch Union;Bo Li;bo@birch.example;Trésorier;",
            encoding="utf-8-sig",
            end="\r\n",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Excel in Spanish",
        workbook(
            [
                ["Organización", "Persona de contacto", "Correo electrónico", "Puesto", "Nivel"],
                ["Alder Trust", "Ana Ruiz", "ana@alder.example", "Directora", "Nacional"],
                ["Birch Union", "Bo Li", "bo@birch.example", "Presidente", "Estatal"],
            ]
        ),
        levels=["national", "state"],
    ),
    Shape(
        "Excel in English, saved as Unicode text (UTF-16 with tabs)",
        _lines(
            "Organization\tContact\tEmail",
            "Alder Trust\tAna Ruiz\tana@alder.example",
            "Birch Union\tBo Li\tbo@birch.example",
            encoding="utf-16",
            end="\r\n",
        ),
    ),
    Shape(
        "UTF-16 without a mark",
        _lines(
            "Organization,Contact,Email",
            "Alder Trust,Ana Ruiz,ana@alder.example",
            "Birch Union,Bo Li,bo@birch.example",
            encoding="utf-16-le",
        ),
    ),
    Shape(
        "Rows of commas and an empty column, as Excel leaves them",
        _lines(
            ",,,,,",
            "Name,,Contact name,Email,,",
            ",,,,,",
            "Alder Trust,,Ana Ruiz,ana@alder.example,,",
            ",,,,,",
            "Birch Union,,Bo Li,bo@birch.example,,",
            ",,,,,",
            ",,,,,",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "A title, a date and a remark above the headings",
        workbook(
            [
                ["Coalition partners"],
                ["as of October 2026"],
                [],
                ["Organization", "Contact person", "E-mail", "Phone"],
                ["Alder Trust", "Ana Ruiz", "ana@alder.example", "614-555-0101"],
                ["Birch Union", "Bo Li", "bo@birch.example", "614-555-0102"],
            ]
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Airtable",
        _lines(
            "Organization Name,Status,Primary Contact,Contact Email,Contact Title,Website,Tags,Last Modified",
            'Alder Trust,Active,Ana Ruiz,ana@alder.example,Director,https://alder.example,"health,ohio",10/1/2026',
            "Birch Union,Active,Bo Li,bo@birch.example,President,,,10/2/2026",
            encoding="utf-8-sig",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Action Network",
        _lines(
            "first_name,last_name,email,zip_code,state,country,Organization,can2_phone,"
            "email_subscription_status,created_at",
            "Ana,Ruiz,ana@alder.example,43004,OH,US,Alder Trust,6145550101,subscribed,2026-10-01",
            "Bo,Li,bo@birch.example,43005,OH,US,Birch Union,,subscribed,2026-10-02",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "CiviCRM, people with their employers",
        _lines(
            "Contact ID,Contact Type,First Name,Last Name,Display Name,Current Employer,Job Title,"
            "Email,Preferred Language",
            "101,Individual,Ana,Ruiz,Ana Ruiz,Alder Trust,Director,ana@alder.example,en_US",
            "102,Individual,Bo,Li,Bo Li,Birch Union,President,bo@birch.example,en_US",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "CiviCRM, organizations",
        _lines(
            "Contact ID,Contact Type,Organization Name,Legal Name,Email,Website,City,State",
            "11,Organization,Alder Trust,Alder Trust Inc.,office@alder.example,https://alder.example,Columbus,OH",
            "12,Organization,Birch Union,,office@birch.example,,Dayton,OH",
        ),
        {"Alder Trust": (), "Birch Union": ()},
        websites=["https://alder.example", ""],
    ),
    Shape(
        "Salesforce report",
        _lines(
            '"Account Name","First Name","Last Name","Title","Email","Account Owner"',
            '"Alder Trust","Ana","Ruiz","Director","ana@alder.example","Sam Staff"',
            '"Birch Union","Bo","Li","President","bo@birch.example","Sam Staff"',
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Mailchimp",
        _lines(
            "Email Address,First Name,Last Name,Company,MEMBER_RATING,OPTIN_TIME,TAGS",
            'ana@alder.example,Ana,Ruiz,Alder Trust,2,2026-01-02 03:04:05,"policy"',
            "bo@birch.example,Bo,Li,Birch Union,2,2026-01-02 03:04:05,",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Outlook contacts",
        _lines(
            "First Name,Middle Name,Last Name,Company,Job Title,E-mail Address,E-mail 2 Address,"
            "Business Street,Web Page",
            "Ana,,Ruiz,Alder Trust,Director,ana@alder.example,,1 Main St,alder.example",
            "Bo,,Li,Birch Union,President,bo@birch.example,,2 Main St,",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Google Contacts",
        _lines(
            "First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,"
            "E-mail 1 - Value,Phone 1 - Value",
            "Ana,Ruiz,Alder Trust,Director,Work,ana@alder.example,614-555-0101",
            "Bo,Li,Birch Union,President,Work,bo@birch.example,",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Two contacts side by side",
        _lines(
            "Organization,Contact 1 Name,Contact 1 Email,Contact 2 Name,Contact 2 Email",
            "Alder Trust,Ana Ruiz,ana@alder.example,Cy Ode,cy@alder.example",
            "Birch Union,Bo Li,bo@birch.example,,",
        ),
        {"Alder Trust": ("ana@alder.example", "cy@alder.example"), "Birch Union": ("bo@birch.example",)},
    ),
    Shape(
        "Addresses as mail programs write them",
        _lines(
            "Organization,Contact",
            "Alder Trust,Ana Ruiz <ana@alder.example>",
            'Birch Union,"""Li, Bo"" <bo@birch.example>"',
        ),
        people=["Ana Ruiz", "Li, Bo"],
    ),
    Shape(
        "Signatories of an old letter: names alone",
        _lines("The undersigned organizations", "Alder Trust", "Birch Union"),
        {"Alder Trust": (), "Birch Union": ()},
    ),
    Shape(
        "Names and levels only",
        workbook([["Organization", "National / State / Local"], ["Alder Trust", "National"], ["Birch Union", "Local"]]),
        {"Alder Trust": (), "Birch Union": ()},
        levels=["national", "local"],
    ),
    Shape(
        "Headings in capitals, with accents and colons",
        _lines(
            "ORGANIZATION:,CONTACT NAME:,E-MAIL:",
            "Alder Trust,Ana Ruiz,ana@alder.example",
            "Birch Union,Bo Li,bo@birch.example",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "A row for each contact, the organization only on its first",
        _lines(
            "Organization,Contact,Email",
            "Alder Trust,Ana Ruiz,ana@alder.example",
            ",Cy Ode,cy@alder.example",
            "Birch Union,Bo Li,bo@birch.example",
        ),
        {"Alder Trust": ("ana@alder.example", "cy@alder.example"), "Birch Union": ("bo@birch.example",)},
    ),
    Shape(
        "Not applicable, written in every way",
        _lines(
            "Organization,Acronym,Website,Contact,Email,Title",
            "Alder Trust,N/A,n/a,Ana Ruiz,ana@alder.example,-",
            "Birch Union,BU,none,Bo Li,bo@birch.example,NA",
        ),
        websites=["", ""],
    ),
    Shape(
        "Invisible marks and odd spaces from a browser",
        _lines(
            "Organization\u200e,Contact\u00a0name,Email",
            "Alder Trust\u200e,Ana Ruiz\u00a0,ana@alder.example\u200b",
            "\ufeffBirch Union,Bo\u00a0Li,bo@birch.example",
        ),
    ),
    Shape(
        "Cells with line breaks",
        _lines(
            "Organization,Contact,Email",
            '"Alder\nTrust",Ana Ruiz,ana@alder.example',
            'Birch Union,Bo Li,"bo@birch.example\n"',
        ),
    ),
    Shape(
        "Old Macintosh line ends",
        _lines(
            "Organization,Contact,Email",
            "Alder Trust,Ana Ruiz,ana@alder.example",
            "Birch Union,Bo Li,bo@birch.example",
            end="\r",
        ),
    ),
    Shape(
        "A workbook whose cells are numbers, dates and formulas",
        workbook(
            [
                ["#", "Member organization", "Contact", "Email", "Joined", "Dues"],
                [1, "Alder Trust", "Ana Ruiz", "ana@alder.example", 2019, 250.0],
                [2, "Birch Union", "Bo Li", "bo@birch.example", 2021, "=F2*2"],
            ]
        ),
    ),
    Shape(
        "Bars between columns",
        _lines(
            "Organization|Contact|Email", "Alder Trust|Ana Ruiz|ana@alder.example", "Birch Union|Bo Li|bo@birch.example"
        ),
    ),
    Shape(
        "Partner list of a website: organization, site, city",
        _lines(
            "Partner,Website,City,State",
            "Alder Trust,HTTPS://WWW.Alder.example/About,Columbus,OH",
            "Birch Union,b\u00fccher.example,Dayton,OH",
        ),
        {"Alder Trust": (), "Birch Union": ()},
        websites=["https://www.alder.example/About", "https://xn--bcher-kva.example"],
    ),
    Shape(
        "School districts, as a state's department lists them",
        _lines(
            "LEA ID,LEA Name,Superintendent First Name,Superintendent Last Name,Superintendent Email,"
            "District Website,Mailing City,Mailing State,Student Enrollment",
            "3904378,Alder City School District,Ana,Ruiz,ana@alder.example,www.alder.example,Alder,OH,12000",
            "3904379,Birch Local Schools,Bo,Li,bo@birch.example,birch.example,Birch,OH,900",
        ),
        expected={
            "Alder City School District": ("ana@alder.example",),
            "Birch Local Schools": ("bo@birch.example",),
        },
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Locals of a union, with their presidents",
        _lines(
            "Local,Affiliation,President,President's Email,Web Page,Jurisdiction",
            "Alder Teachers Local 12,AFT,Ana Ruiz,ana@alder.example,www.alder.example,Ohio",
            "Birch Educators Local 21,NEA,Bo Li,bo@birch.example,birch.example,Ohio",
        ),
        expected={
            "Alder Teachers Local 12": ("ana@alder.example",),
            "Birch Educators Local 21": ("bo@birch.example",),
        },
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Salesforce NPSP contacts with accounts",
        _lines(
            '"Contact ID","Salutation","First Name","Last Name","Title","Account Name","Email",'
            '"Account: Website","Mailing State/Province","Do Not Contact"',
            '"003A1","Ms.","Ana","Ruiz","Director","Alder Trust","ana@alder.example","www.alder.example","OH","0"',
            '"003A2","Mr.","Bo","Li","President","Birch Union","bo@birch.example","birch.example","TX","0"',
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "EveryAction contacts",
        _lines(
            "VANID\tLastName\tFirstName\tMidName\tPreferredEmail\tEmployerName\tOccupationName\tStateOrProvince\tPhone",
            "101\tRuiz\tAna\t\tana@alder.example\tAlder Trust\tDirector\tOH\t555",
            "102\tLi\tBo\t\tbo@birch.example\tBirch Union\tPresident\tTX\t555",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "NationBuilder people",
        _lines(
            "nationbuilder_id,full_name,email1,employer,occupation,website,primary_city,primary_state,"
            "tag_list,email_opt_in",
            '7,Ana Ruiz,ana@alder.example,Alder Trust,Director,http://www.alder.example,Akron,OH,"coalition, k12",true',
            "8,Bo Li,bo@birch.example,Birch Union,President,http://birch.example,Austin,TX,coalition,true",
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
    Shape(
        "Mailchimp audience",
        _lines(
            '"Email Address","First Name","Last Name","Company / Organization","Job Title","State",'
            "MEMBER_RATING,OPTIN_TIME,LEID,EUID,TAGS",
            'ana@alder.example,Ana,Ruiz,"Alder Trust",Director,OH,2,"2024-01-02 10:00:00",1,ab,"""partner"",""k12"""',
            'bo@birch.example,Bo,Li,"Birch Union",President,TX,2,"2024-01-02 10:00:00",2,ac,"""partner"""',
        ),
        people=["Ana Ruiz", "Bo Li"],
    ),
]

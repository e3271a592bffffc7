"""What a character looks like: in plain letters and digits, as it stands and as its capital.

From the tables of UTS #39 (disarm for what looks like Latin letters, `_SHAPES` for the rest), Unicode's decompositions,
and the base letter in a character's name; marks and what cannot be seen are left out.
"""

import re
from functools import lru_cache

import disarm
import regex
import unicodedata2

_UNSEEN = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_SMALL_NUMBER = re.compile(r"SUPERSCRIPT|SUBSCRIPT")
# A letter with its own name keeps what it is a form of: ł is an L WITH STROKE, ʙ a SMALL CAPITAL B.
_FORM_OF = re.compile(
    r"LATIN (?:(SMALL) LETTER|CAPITAL LETTER)(?: DOTLESS)? ([A-Z]|AE|OE)(?: WITH .+)?"
    r"|LATIN (SMALL) LIGATURE (OE)|LATIN CAPITAL LIGATURE (OE)"
    r"|LATIN (?:LETTER|SMALL LETTER) SMALL CAPITAL ([A-Z]|AE|OE)(?: WITH .+)?"
    r"|(?:NEGATIVE )?(?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])|REGIONAL INDICATOR SYMBOL LETTER ([A-Z])"
)
AMPERSANDS = frozenset("&＆﹠⅋⁊⹒🙰🙱🙲🙳🙴🙵")
_OWN = {"ð": "d", "Ð": "D", "ß": "ss", "ẞ": "SS"} | dict.fromkeys(AMPERSANDS, "and")
_OWN |= dict(zip("₿฿₵₡₢₲₭₦₱₮₩₳", "BBCCCGKNPTWA", strict=True))  # currencies
_OWN |= dict(zip("ᗩᑕᗴᘜᑎᔕᗯᘔ", "ACEGNSWZ", strict=True))  # Canadian syllables in which people write Latin capitals
_SIGNS = frozenset("™℠®©℗")

# Letters of other scripts that share their shape: the first of each group stands for the others. The groups of
# https://www.unicode.org/Public/security/latest/confusables.txt (UTS #39) in scripts that people write today, but for
# those that readers of the script tell apart; and the letters of Arabic that differ at the end of a word only.
_GROUPS = """
ПΠ ГΓ ФΦՓ ΨѰ фφϕ ψѱ ИͶ иͷ лᴫ ҶӋ ҷӌ
كکڪ ىيی ةۃ وࢱ فڧ ٻې گࢰ ڡٯ ڬݢ
二ニ 亻イ 八ハ 力カ 卜ト 口ロ囗 夕タ 工エ 一ー へヘ べベ ぺペ 土士 併倂 値值 啓啟 塡填 墫壿 媯嬀 帡帲 戶戸 晚晩
搉㩁 曶㫚 胶㬵 幐㬺 槩㮣 晣䀿 朦䑃 訞䚶 朌肦 朏胐 朐胊 朓脁 朘脧 朣膧 柿杮 榝樧 溈潙 研硏 絕絶 胼腁 蒍蔿 蘷虁 訮詽 讆讏
豜豣 赿趆 跥跺 躗躛 軿輧 郎郞 鎭鎮 隷隸 鹂鹃
จຈ บບ ปປ ฝຝ พພ ฟຟ ยຍ
உഉ ஐஜജ ணണ ழഴ ஶശ
అಅ ఆಆ ఇಇ ఒಒ ఔಔ ఓಓ జಜ ఞಞ ణಣ యಯ ఱಱ లಲ
"""
_SHAPES = {character: group[0] for group in _GROUPS.split() for character in group[1:]}
_SHAPES |= {"\u05f0": "\u05d5\u05d5", "\u05f1": "\u05d5\u05d9", "\u05f2": "\u05d9\u05d9"}  # Yiddish digraphs


def look_of(character: str) -> str:
    """What a character looks like: letters and digits with their case, a space for a mark between words, or nothing."""
    if character.isascii():
        return character if character.isalnum() else _OWN.get(character, " ")
    if character in _OWN:
        return _OWN[character]
    if character in _SIGNS or _is_small_number(character):
        return " "
    return "".join(map(_look, unicodedata2.normalize("NFKD", character)))


@lru_cache(maxsize=4_096)
def capital_look_of(character: str) -> str:
    """What the capital of a character looks like, without marks between words: a small Cyrillic ve is no B, it is."""
    capitals = "".join(look_of(capital) for capital in _capital(character))
    # Once more for what has no capital of its own, such as a bold b.
    return "".join("".join(look_of(capital) for capital in capitals.upper()).split())


def _capital(character: str) -> str:
    if (capital := character.upper()) != character or character.isascii():
        return capital
    # By its name, so that letters younger than this Python have one too.
    name = unicodedata2.name(character, "")
    if "SMALL LETTER" in name and unicodedata2.category(character) == "Ll":
        try:
            return str(unicodedata2.lookup(name.replace("SMALL LETTER", "CAPITAL LETTER")))
        except KeyError:
            pass
    return character


def _is_small_number(character: str) -> bool:
    # Footnote marks are no part of a word; superscript letters are.
    return unicodedata2.category(character) == "No" and bool(_SMALL_NUMBER.search(unicodedata2.name(character, "")))


def _look(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else " "
    if character in _SHAPES:
        return _SHAPES[character]
    category = unicodedata2.category(character)
    if unicodedata2.combining(character) or category in ("Me", "Cf") or _UNSEEN.match(character):
        return ""
    number = unicodedata2.digit(character, None)
    if number is not None:
        return f"{number}"
    base = _base_letter(character) or disarm.normalize_confusables(character, digit_policy="tr39")
    if base.isascii():
        # A Hebrew yod looks like an apostrophe, and is a letter.
        return "".join(filter(str.isalnum, base)) or (character if category in ("Lu", "Ll", "Lt", "Lo") else " ")
    return character if category[0] in "LMN" else " "


def _base_letter(character: str) -> str:
    result = _FORM_OF.fullmatch(unicodedata2.name(character, ""))
    if not result:
        return ""
    small = result[1] or result[3]
    letter: str = next(filter(None, map(result.group, (2, 4, 5, 6, 7, 8))))
    return letter.lower() if small else letter

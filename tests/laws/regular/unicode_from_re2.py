"""The Unicode classes and case orbits as google-re2 sees them; run it to write them into the package.

python tests/laws/regular/unicode_from_re2.py > src/propolis/algebra/regular/unicode_tables.py
"""

from __future__ import annotations

import string
import sys
import textwrap

import re2

CATEGORIES = "Cc Cf Co Ll Lm Lo Lt Lu Mc Me Mn Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So Zl Zp Zs"
SCRIPTS = """
    Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki
    Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee
    Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra
    Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati
    Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic
    Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li
    Kharoshthi
    Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian
    Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui
    Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari
    Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic
    Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage
    Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan
    Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri
    Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan
    Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square
"""
# The classes that hold letters with case.
CASED = r"[\p{Lu}\p{Ll}\p{Lt}\p{Lm}\p{M}\p{Nl}\p{So}]"
SCALARS = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))


def class_ranges(name: str) -> list[tuple[int, int]]:
    """The inclusive ranges of scalar values in `\\p{name}`, ascending."""
    runs = re2.compile(rf"\p{{{name}}}+").finditer(SCALARS)
    return [(ord(run.group()[0]), ord(run.group()[-1])) for run in runs]


def orbits() -> list[str]:
    """Every set of two or more characters that `(?i)` treats as one, ascending."""
    # Trying the 100,000 other letters one by one would take minutes.
    letters = "".join(re2.findall(CASED, SCALARS))
    found: dict[str, str] = {}
    for letter in letters:
        if letter not in found:
            orbit = "".join(sorted(re2.findall("(?i)" + re2.escape(letter), letters)))
            if len(orbit) > 1:
                found.update(dict.fromkeys(orbit, orbit))
    return sorted(set(found.values()))


def base36(number: int) -> str:
    """*number* in base 36, lower case."""
    digits = string.digits + string.ascii_lowercase
    return base36(number // 36) + digits[number % 36] if number >= 36 else digits[number]


def gaps(ranges: list[tuple[int, int]]) -> str:
    """*ranges* as words: how far each starts after the last end, `+` its length − 1 unless that is 0."""
    words, last = [], 0
    for low, high in ranges:
        words.append(base36(low - last) + (f"+{base36(high - low)}" if high > low else ""))
        last = high
    return " ".join(words)


def module_text() -> str:
    """The text of `propolis.algebra.regular.unicode_tables`."""

    def table(constant: str, entries: list[tuple[str, str]]) -> list[str]:
        lines = [f"{constant}: Final = {{"]
        for name, words in entries:
            rows = textwrap.wrap(words, 98, drop_whitespace=False, break_on_hyphens=False) or [""]
            if len(name) + len(rows[0]) <= 96 and len(rows) == 1:
                lines.append(f'    "{name}": "{rows[0]}",')
            else:
                lines += [f'    "{name}": (', *(f'        "{row}"' for row in rows), "    ),"]
        return [*lines, "}"]

    folds = " ".join(",".join(base36(ord(c)) for c in orbit) for orbit in orbits())
    rows = textwrap.wrap(folds, 100, drop_whitespace=False, break_on_hyphens=False)
    return "\n".join(
        [
            '"""What RE2 takes each Unicode class to be, and which characters `(?i)` treats as one.',
            "",
            "Written by tests/laws/regular/unicode_from_re2.py out of google-re2; do not edit.",
            "Ranges: base-36 words `gap` or `gap+more`, the gap counted from the end of the range before.",
            "Orbits: base-36 code points joined by commas.",
            '"""',
            "",
            "from typing import Final",
            "",
            *table("CATEGORIES", [(name, gaps(class_ranges(name))) for name in CATEGORIES.split()]),
            "",
            *table("SCRIPTS", [(name, gaps(class_ranges(name))) for name in SCRIPTS.split()]),
            "",
            "ORBITS: Final = (",
            *(f'    "{row}"' for row in rows),
            ")",
            "",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(module_text())

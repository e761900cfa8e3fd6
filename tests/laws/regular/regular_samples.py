"""Random patterns over all of RE2's syntax, and random texts that such patterns tell apart."""

from __future__ import annotations

from random import Random

import re2

from propolis.algebra.regular import Language

# Letters with unusual case partners (K, S, sigma, sharp s, dotless i), line ends, controls, far planes.
LETTERS = (
    "ab/01AZ kKK sSſ ßẞ σςΣ iIıİ \n\r\t\v_.-{}é\x00\x7f\u0345\u1e9e\ud7ff\ue000\ufffd\U0001f600\U0010ffff"
)
PLAIN = "abAk/s0_ -Σ"
ESCAPES = [r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\pL", r"\PL", r"\p{Lu}", r"\P{Lu}", r"\p{^Ll}", r"\pN"]
ESCAPES += [r"\p{Greek}", r"\P{Greek}", r"\p{Any}", r"\P{Any}", r"\pZ", r"\p{Cs}", r"\pC", r"\p{Latin}"]
CHARACTERS = [
    r"\n",
    r"\t",
    r"\.",
    r"\-",
    r"\/",
    r"\x41",
    r"\x{1F600}",
    r"\x{e9}",
    r"\0",
    r"\012",
    r"\101",
    r"\a",
]
CHARACTERS += [
    r"\x{D800}",
    r"\x{10FFFF}",
    r"\x{212A}",
    r"\]",
    r"\[",
    r"\^",
    r"\\",
    r"\v",
    r"\f",
    r"\r",
    r"\x6b",
]
POSIX = ["alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space"]
POSIX += ["upper", "word", "xdigit"]
LOOKS = ["^", "$", r"\A", r"\z", r"\b", r"\B"]
FLAGS = ["i", "m", "s", "U", "is", "im", "-i", "-s", "i-s", "ms", "s-m", "-m", ""]
COUNTS = ["{0}", "{1}", "{2}", "{3}", "{0,}", "{1,}", "{2,}", "{0,2}", "{1,3}", "{2,4}"]
FRAGMENTS = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "?",
    "*",
    "+",
    "|",
    "\\",
    "(?",
    "(?i",
    "(?P<n>",
    "(?<m>",
    "(?=",
    "{,2}",
]
FRAGMENTS += [
    "[:alpha:]",
    "[[:",
    ":]",
    "[^",
    r"\p",
    r"\p{",
    r"\Q",
    r"\E",
    r"\x",
    r"\x{",
    "{1001}",
    "{2,1}",
    "{1",
]
FRAGMENTS += [
    "-",
    "^",
    "$",
    r"\1",
    r"\8",
    r"\Z",
    r"\G",
    r"\_",
    r"\é",
    r"\C",
    "(?-",
    "(?i-)",
    "??",
    "*?",
    "{1000}",
]
FRAGMENTS += [
    "{01}",
    "{999999999}",
    "é",
    "\n",
    ":",
    "=",
    "!",
    "<",
    ">",
    "(?<é>",
    r"\pX",
    r"\p{Lx}",
    ",",
    r"\c",
]


def random_pattern(random: Random, depth: int = 3) -> str:
    """A pattern that RE2 nearly always accepts."""
    kind = random.randrange(10) if depth else 0
    if kind <= 1:
        return random_item(random)
    if kind <= 4:
        return "".join(random_pattern(random, depth - 1) for _ in range(random.randint(1, 3)))
    if kind == 5:
        return "|".join(random_pattern(random, depth - 1) for _ in range(random.randint(2, 3)))
    inner = random_pattern(random, depth - 1)
    if kind == 6:
        return f"({random.choice(['', '?:', '?P<n>', '?<m>'])}{inner})"
    if kind == 7:
        return f"(?{random.choice(FLAGS)}:{inner})"
    if kind == 8:
        repeat = random.choice(["*", "+", "?", random.choice(COUNTS)])
        return f"(?:{inner}){repeat}{random.choice(['', '', '?'])}"
    return f"(?{random.choice(['i', 'm', 's', 'U', 'im', 's-i'])}){inner}"


def random_item(random: Random) -> str:
    """One character, class, assertion or quotation, sometimes nothing."""
    kind = random.randrange(14)
    if kind <= 4:
        return random.choice(PLAIN)
    if kind == 5:
        return "."
    if kind == 6:
        return random.choice(ESCAPES)
    if kind == 7:
        return random.choice(CHARACTERS)
    if kind <= 9:
        return random_bracket(random)
    if kind == 10:
        return random.choice(LOOKS)
    if kind == 11:
        return r"\Q" + "".join(random.choice("a.*(k") for _ in range(random.randrange(3))) + r"\E"
    if kind == 12:
        return random.choice(PLAIN) + random.choice(["*", "+?", "?", *COUNTS])
    return random.choice(["", "()", "(|a)", ".*", "{,2}"])


def random_bracket(random: Random) -> str:
    """A bracket expression, mostly a legal one."""
    parts = [_random_bracket_part(random) for _ in range(random.randint(1, 3))]
    opening, first = random.choice(["[", "[", "[^"]), random.choice(["", "", "]", "-"])
    return opening + first + "".join(parts) + random.choice(["]", "]", "-]"])


def _random_bracket_part(random: Random) -> str:
    kind = random.randrange(7)
    if kind <= 1:
        return random.choice("abkKs0/.^$|(*Σſ")
    if kind == 2:
        return random.choice(
            ["a-z", "A-Z", "0-9", "a-k", r"\x00-\x1f", r"\x{0}-\x{10FFFF}", "!-~", "+--", "Α-Ω"]
        )
    if kind == 3:
        return random.choice(ESCAPES)
    if kind == 4:
        return random.choice(CHARACTERS)
    return f"[:{random.choice(['', '^'])}{random.choice(POSIX)}:]"


def odd_pattern(random: Random) -> str:
    """A pattern with pieces cut out of it or put into it, about half of the time malformed."""
    text = random_pattern(random, depth=2) if random.randrange(4) else ""
    for _ in range(random.randint(1, 3)):
        start = random.randint(0, len(text))
        stop = min(len(text), start + random.choice([0, 0, 0, 1, 2]))
        text = text[:start] + random.choice(FRAGMENTS) + text[stop:]
    return text


def random_text(random: Random) -> str:
    """A short text, rich in characters that patterns treat differently."""
    letters = random.choice([LETTERS, "ab", "ab\nk", "aAkKKsSſ_ /0"])
    return "".join(random.choice(letters) for _ in range(random.randrange(7)))


def telling_texts(random: Random, language: Language, count: int) -> list[str]:
    """*count* texts for *language*: members, others, members with one character changed, and any texts."""
    near = [*language.witnesses(count // 4), *(~language).witnesses(count // 4)]
    texts = list(near)
    for text in near[: count // 4]:
        place = random.randint(0, len(text))
        texts.append(text[:place] + random.choice(LETTERS) + text[place + random.randrange(2) :])
    return texts + [random_text(random) for _ in range(count - len(texts))]


def re2_options() -> re2.Options:
    """How Envoy uses RE2: UTF-8, default syntax; with more memory, so that it seldom gives up."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    return options


RE2_OPTIONS = re2_options()

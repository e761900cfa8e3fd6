"""What a plain scalar means to kubectl: the table of go-yaml v2, and then of Go's JSON.

Source: sigs.k8s.io/yaml, goyaml.v2/resolve.go and yaml.go; Go's strconv for the shape of numbers.
"""

import base64
import binascii
import math
import re
import struct

Scalar = str | int | float | bool | None


class NotJsonError(ValueError):
    """The scalar has a meaning that JSON cannot hold, so kubectl refuses it."""


def _spellings(*words: str) -> list[str]:
    return [spelling for word in words for spelling in (word, word.capitalize(), word.upper())]


WORDS: dict[str, Scalar] = {
    **dict.fromkeys(_spellings("y", "yes", "true", "on"), True),
    **dict.fromkeys(_spellings("n", "no", "false", "off"), False),
    **dict.fromkeys(["", "~", *_spellings("null")], None),
}
# `.Nan` is no spelling of go-yaml's, `.NaN` is.
NOT_NUMBERS: dict[str, float] = {
    **dict.fromkeys([".nan", ".NaN", ".NAN"], math.nan),
    **dict.fromkeys([sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")], math.inf),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], -math.inf),
}

_INTEGER = re.compile(
    r"([-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9][0-9]*))",
    re.ASCII,
)
_BASES = {"x": 16, "b": 2, "o": 8, "d": 10}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# A text that starts with a dot goes to strconv.ParseFloat as written, underscores between digits included.
_DOT_FLOAT = re.compile(r"\.[0-9](_?[0-9])*([eE][-+]?[0-9](_?[0-9])*)?")


def plain_value(text: str) -> Scalar:
    """The value of the plain (unquoted, untagged) scalar *text*, as JSON holds it after kubectl.

    A whole float becomes an int, because Go writes the float 1000 as `1000`.

    Errors: NotJsonError for infinities and not-a-number.
    Law:    agrees with tests/manifest/yaml/scalars.py.
    """
    if text in WORDS:
        return WORDS[text]
    if text in NOT_NUMBERS:
        raise NotJsonError
    number = _number(text)
    if number is None:
        return text
    return _as_json(number)


def _number(text: str) -> int | float | None:
    first = text[:1]
    if first == ".":
        return _finite(text.replace("_", "")) if _DOT_FLOAT.fullmatch(text) else None
    if first not in "0123456789+-":
        return None
    digits = text.replace("_", "")
    integer = _integer(digits)
    if integer is not None:
        return integer
    return _finite(digits) if _FLOAT.fullmatch(digits) else None


def _integer(digits: str) -> int | None:
    """What ParseInt, ParseUint and (where no float has the same spelling) big.Int make of *digits*."""
    found = _INTEGER.fullmatch(digits)
    if found is None:
        return None
    # lastgroup is the base that matched: the sign's group comes before all of them.
    base = found.lastgroup
    if base is None or len(digits) > 4300:  # INVARIANT: longer than Python turns into an int by default
        return None
    magnitude = int(found[base], _BASES[base])
    sign = found[1]
    value = -magnitude if sign == "-" else magnitude
    if -(2**63) <= value < 2**63:
        return value
    # ParseUint takes no sign; past 64 bits a decimal spelling is a float and only a prefixed one stays whole.
    spelled_as_float = _FLOAT.fullmatch(digits) is not None
    if sign == "" and (value < 2**64 or not spelled_as_float):
        return value
    return None


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _as_json(number: int | float) -> int | float:
    if isinstance(number, float) and number.is_integer() and -(2.0**63) <= number < 2.0**63:
        return int(number)
    return number


def tagged_value(tag: str, text: str) -> Scalar:
    """The value of *text* under the explicit *tag* (`str`, `int`, `bool`, `float`, `null` or `binary`).

    Errors: NotJsonError when JSON cannot hold it; ValueError when the text is none of that tag;
            LookupError for any other tag.
    """
    match tag:
        case "str":
            return text
        case "binary":
            return _binary(text)
        case "int" | "float" | "bool" | "null":
            if text in NOT_NUMBERS and tag == "float":
                raise NotJsonError
            value = plain_value(text)
            if tag not in _tags_of(text, value):
                raise ValueError(tag)
            return value
        case _:
            raise LookupError(tag)


def _tags_of(text: str, value: Scalar) -> tuple[str, ...]:
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("bool",)
    if isinstance(value, str):
        return ("str",)
    whole = isinstance(value, int) and _integer(text.replace("_", "")) is not None and text[:1] != "."
    # go-yaml widens an int to a float only up to int64.
    return (("int", "float") if -(2**63) <= value < 2**63 else ("int",)) if whole else ("float",)


def _binary(text: str) -> str:
    try:
        data = base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)
    except binascii.Error as error:
        raise ValueError("binary") from error
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        # Go would put U+FFFD in place of every odd byte; nobody means that.
        raise NotJsonError from error


def key_text(text: str, value: Scalar) -> str | None:
    """The JSON key that the key scalar *text* with *value* becomes; None when kubectl refuses such a key."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return None
    integer = _integer(text.replace("_", "")) if text[:1] != "." else None
    if integer is not None:
        return str(integer) if -(2**63) <= integer < 2**63 else None
    return _float32_text(float(value))


def _float32_text(value: float) -> str:
    """Go's FormatFloat(value, 'g', -1, 32): the shortest digits that name the same 32-bit float."""
    try:
        (single,) = struct.unpack("<f", struct.pack("<f", value))
    except OverflowError:
        return ".inf" if value > 0 else "-.inf"
    precision = 0
    while struct.pack("<f", float(f"{single:.{precision}e}")) != struct.pack("<f", single):
        precision += 1
    written = f"{single:.{precision}e}"
    exponent = int(written.partition("e")[2])
    if -4 <= exponent < 6:
        return f"{float(written):.{max(precision - exponent, 0)}f}"
    return written


def is_surprise(text: str, value: Scalar) -> bool:
    """Whether the plain scalar *text* does not say what it means: its JSON text is another one."""
    if value is None or isinstance(value, str):
        return False
    if isinstance(value, bool):
        return text.lower() not in ("true", "false")
    return str(value) != text

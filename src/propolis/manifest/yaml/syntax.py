"""The parser's complaints in plain words."""

import yaml

_WORDS = {
    "mapping values are not allowed": (
        "a `:` starts a value where none can stand",
        "check the indentation, and quote values that hold `: `",
    ),
    "could not find expected ':'": (
        "a key has no `:` behind it",
        "check the lines above for a missing `:` or quote",
    ),
    "did not find expected key": ("the indentation fits no block above", "line it up with its siblings"),
    "did not find expected '-' indicator": ("a list goes on without `-`", "line it up with its siblings"),
    "did not find expected ',' or ']'": ("a `[` list is not closed", "add `,` or `]`"),
    "did not find expected ',' or '}'": ("a `{` mapping is not closed", "add `,` or `}`"),
    "found unexpected end of stream": ("a quote is not closed", "close the quote"),
    "found unexpected document indicator": (
        "a quote is not closed before the next document",
        "close the quote",
    ),
    "did not find expected alphabetic": ("`&` and `*` must be followed by a name", "quote the value"),
    "found unknown escape": ("the escape is unknown", "use single quotes, or write `\\\\`"),
    "block sequence entries are not allowed": (
        "a `-` item stands where no list can",
        "start it on its own line",
    ),
    "found undefined tag handle": ("the tag's prefix is unknown", "quote the value or remove the tag"),
    "found incompatible yaml document": ("only YAML 1.1 and 1.2 can be read", "remove the `%YAML` line"),
}
_TAB = ("a tab stands where only spaces may", "indent with spaces")
_SECOND_OBJECT = ("a JSON object follows another one", "put `---` on a line between them")
_FORBIDDEN = ("no value can start with this character", "quote the value")


def plain_words(error: yaml.MarkedYAMLError, before: str, at: str) -> tuple[str, str]:
    """Message and help for *error* at the character *at*, behind the text *before*.

    Neither quotes the text: it may be a secret.
    """
    problem = (error.problem or "").lower()
    if at == "\t":
        return _TAB
    if at == "{" and before.rstrip().endswith("}"):
        return _SECOND_OBJECT
    for start, words in _WORDS.items():
        if problem.startswith(start):
            return words
    if "cannot start any token" in problem:
        return _FORBIDDEN
    return "this is not valid YAML", ""

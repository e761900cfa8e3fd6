"""An HTTP request as a client sends it → as the policy sees it, after Envoy has parsed and normalised it.

Cilium sets path normalisation, slash merging and "unescape slashes and redirect". Source: semantics §5.4 and the
recorded answers of a real Envoy.
"""

import re

import msgspec

from propolis.model.flow import HttpRequest

_METHODS = frozenset(
    re.findall(
        r"\w+",
        "ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH "
        "NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND "
        "UNLINK UNLOCK UNSUBSCRIBE",
    )
)
"""What Envoy's HTTP/1 parser takes for a method."""
_ESCAPED_SLASH = re.compile(r"%(?:2[fF]|5[cC])")
_ESCAPED_PLAIN = re.compile(r"%(?:2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")


class NotJudged(msgspec.Struct, frozen=True):
    """Why Envoy answers by itself before any policy is asked."""

    reason: str


def arriving(sent: HttpRequest) -> HttpRequest | NotJudged:
    """The request that the policy is asked about when a client sends *sent*."""
    if sent.method not in _METHODS:
        return NotJudged(f"the HTTP parser does not know the method `{sent.method}`")
    if "#" in sent.path or not sent.path.isascii() or any(c <= " " or c == "\x7f" for c in sent.path):
        return NotJudged("the HTTP parser refuses the path")
    path, mark, query = sent.path.partition("?")
    if "%00" in path:
        return NotJudged("Envoy refuses a path that holds an escaped zero byte")
    if _ESCAPED_SLASH.search(path):
        return NotJudged(
            "the path holds an escaped slash: the client is redirected to the unescaped path first"
        )
    return msgspec.structs.replace(sent, path=_normal(path) + mark + query)


def _normal(path: str) -> str:
    """Unreserved escapes read, backslashes turned, dot segments resolved, slashes merged."""
    plain = _ESCAPED_PLAIN.sub(lambda found: chr(int(found[0][1:], 16)), path).replace("\\", "/")
    kept: list[str] = []
    segments = plain.split("/")[1:]
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
            continue
        if last:
            return "/" + "".join(f"{part}/" for part in kept)
    return "/" + "/".join(kept)

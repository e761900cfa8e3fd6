"""Places and marks as other programs want them: relative paths, URIs, digests."""

import hashlib

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def relative(path: str) -> str:
    """*path* without `./` in front."""
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path


def uri(path: str) -> str:
    """*path* as a URI reference: relative as it is, absolute with the scheme `file`.

    Source: RFC 3986 section 2; a first segment must not look like a scheme, and a colon is never left plain.
    """
    written = relative(path)
    text = "".join(
        chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in written.encode("utf-8", "replace")
    )
    return f"file://{text}" if text.startswith("/") else text


def digest(*parts: str) -> str:
    """A short name for *parts* that is the same everywhere."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]

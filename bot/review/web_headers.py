"""What a browser is told of every page of the web: to run nothing and to ask nobody else."""

from collections.abc import Iterable
from http.cookies import SimpleCookie

Headers = list[tuple[bytes, bytes]]

# Styles may stand in a page, as Datasette's do: without a way out they can carry nothing away.
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_EVERYWHERE = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_COOKIE = b"set-cookie"


def secured(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return a response's headers as they leave: ours, and cookies that no script reads."""
    named = {name for name, _ in _EVERYWHERE}
    kept = [(name.lower(), value) for name, value in headers]
    made = [
        (name, _closed(value) if name == _COOKIE else value)
        for name, value in kept
        if name not in named
    ]
    return [*made, *_EVERYWHERE]


def content_type(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the type of a response without its parameters; empty where it states none."""
    for name, value in headers:
        if name.lower() == b"content-type":
            return value.decode("latin-1").partition(";")[0].strip().lower()
    return ""


def _closed(value: bytes) -> bytes:
    """Return a cookie that scripts cannot read and that no other site's request carries."""
    cookies = SimpleCookie(value.decode("latin-1"))
    for cookie in cookies.values():
        cookie["httponly"] = True
        cookie["samesite"] = "Strict"
    return cookies.output(header="", sep="\r\n").strip().encode("latin-1")

"""Which language the reader wants: Chinese unless English is asked for."""

from fastapi import Request


def language_of(request: Request) -> str:
    """Return "zh" or "en": by the parameter `lang`, else by Accept-Language."""
    asked = request.query_params.get("lang")
    if asked in ("zh", "en"):
        return asked
    return _preferred(request.headers.get("accept-language", ""))


def _preferred(header: str) -> str:
    """Return the first of zh and en in the order of quality (RFC 9110, section 12.5.4)."""
    ranked: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        ranked.append((-weight, tag[:2].lower()))
    known = [tag for _, tag in sorted(ranked, key=lambda one: one[0]) if tag in ("zh", "en")]
    return known[0] if known else "zh"

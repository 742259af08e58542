"""Strings that try to leave a folder, made from rules: how a step up is written, what separates, how deep,
what is before it, and what it wants."""

import itertools
import random

UPS = (
    b"..",
    b"%2e%2e",
    b"%2E.",
    b".%2e",
    b"%252e%252e",
    b"%c0%ae%c0%ae",  # overlong UTF-8
    b"%e0%80%ae%e0%80%ae",
    b"..%00",
    b"%00..",
    b"..;",
    b"..%20",
    b"..%0a",
    b"....",
    b"%ef%bc%8e%ef%bc%8e",  # full-width dots
    b"%u002e%u002e",
    b".",
    b"%2e",
    b"..%ff",
)
SEPARATORS = (
    b"/",
    b"%2f",
    b"%2F",
    b"//",
    b"/./",
    b"/%2e/",
    b"\\",
    b"%5c",
    b"%252f",
    b"%c0%af",  # overlong UTF-8
    b"%ef%bc%8f",  # full-width slash
    b";/",
    b"%00/",
)
PREFIXES = (
    b"",
    b"/",
    b"//",
    b"%2f",
    b"inside/",
    b"inside/deeper/",
    b"link/",
    b"~/",
    b"C:",
    b"file:///",
    b"%5c%5c%3f%5c",
    b"/proc/self/root/",
    b"/proc/self/cwd/",
    b"/dev/fd/0/",
)
TARGETS = (b"etc/passwd", b"apex-ws.sqlite", b"service-token", b"names.sqlite", b"canary.txt", b"")
DEPTHS = range(1, 13)


def traversals(number: int, *, seed: int = 1, more_targets: tuple[bytes, ...] = ()) -> list[bytes]:
    """That many of them, percent-encoded as they go into a request line; the same for the same seed."""
    rules = list(itertools.product(PREFIXES, UPS, SEPARATORS, DEPTHS, TARGETS + more_targets))
    chosen = random.Random(seed).sample(rules, number)
    return [
        prefix + separator.join([up] * depth + [target]) for prefix, up, separator, depth, target in chosen
    ]

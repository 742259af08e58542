#!/usr/bin/env python3
"""Imports go one way: `check_imports.py [CHECKOUT]` prints each that does not, and fails.

Python: contract → core → adapters → hub | server | spawn | kernel, which do not import each other; contract
and core know no framework, no database and no JupyterHub. TypeScript: a feature's folder imports another
feature through src/tokens.ts only, and what features share (api, ui) imports none of them.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "jupyter_apex_ws"

MAY_IMPORT = {
    "contract": {"contract"},
    "core": {"contract", "core"},
    "adapters": {"contract", "core", "adapters"},
    "hub": {"contract", "core", "adapters", "hub"},
    "server": {"contract", "core", "adapters", "server"},
    "spawn": {"contract", "core", "adapters", "spawn"},
    "kernel": {"contract", "core", "adapters", "kernel"},
}
# Beside the standard library. The outer layers may use what they are made of.
OUTSIDE = {"contract": {"pydantic"}, "core": set[str]()}

# src/<folder> that features share, and what each of them may import of src.
SHARED = {
    "api": {"api", "tokens"},
    "ui": {"ui", "api", "tokens"},
    "testing": {"testing", "api", "ui", "tokens"},
}
PUBLIC = {"tokens", "commandIds"}

TS_IMPORT = re.compile(r"""(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*(['"])([^'"\n]+)\1""")


def python_violations(checkout: Path) -> Iterator[str]:
    for file in sorted((checkout / PACKAGE).rglob("*.py")):
        layer = file.relative_to(checkout / PACKAGE).parts[0]
        if layer in MAY_IMPORT:
            for line, name in _imported(file, checkout):
                if reason := _python_refusal(layer, name):
                    yield f"{file.relative_to(checkout)}:{line}: {layer} imports {name}: {reason}"


def _imported(file: Path, checkout: Path) -> Iterator[tuple[int, str]]:
    """(line, absolute name of a module or of what is in it) of every import, also inside functions."""
    package = file.relative_to(checkout).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(file.read_bytes(), file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = [*base, *((node.module or "").split(".") if node.module else ())]
            # `from .. import hub` names the layer only in what is imported.
            yield from ((node.lineno, ".".join([*module, name.name])) for name in node.names)


def _python_refusal(layer: str, name: str) -> str | None:
    parts = name.split(".")
    if parts[0] == PACKAGE:
        target = parts[1] if len(parts) > 1 else ""
        if target in MAY_IMPORT and target not in MAY_IMPORT[layer]:
            return f"imports go from {layer} to {', '.join(sorted(MAY_IMPORT[layer]))} only"
        return None
    allowed = OUTSIDE.get(layer)
    if allowed is None or parts[0] in sys.stdlib_module_names or parts[0] in allowed:
        return None
    return f"{layer} knows the standard library{''.join(f' and {other}' for other in sorted(allowed))} only"


def typescript_violations(checkout: Path) -> Iterator[str]:
    source = checkout / "src"
    for file in sorted([*source.rglob("*.ts"), *source.rglob("*.tsx")]):
        parts = file.relative_to(source).parts
        if len(parts) == 1 or parts[0] == "__tests__":
            continue
        text = file.read_text()
        for found in TS_IMPORT.finditer(text):
            target = _ts_target(file, found[2], source)
            if target is not None and not _ts_allowed(parts, target):
                line = text.count("\n", 0, found.start()) + 1
                yield (
                    f"{file.relative_to(checkout)}:{line}: {parts[0]} imports {target}: "
                    "what a feature gives to others is in src/tokens.ts"
                )


def _ts_target(file: Path, imported: str, source: Path) -> str | None:
    """The first name below src of what is imported relatively, None for a package."""
    if not imported.startswith("."):
        return None
    # Without touching the disk: the file may be written with or without its ending.
    parts = list(file.relative_to(source).parts[:-1])
    for step in imported.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
    return re.sub(r"\.(tsx?|js)$", "", parts[0]) if parts else "index"


def _ts_allowed(parts: tuple[str, ...], target: str) -> bool:
    folder = parts[0]
    if target == folder or target in PUBLIC:
        return True
    if target == "testing":
        return "__tests__" in parts
    return target in SHARED.get(folder, SHARED)


def main(arguments: list[str]) -> int:
    checkout = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    violations = [*python_violations(checkout), *typescript_violations(checkout)]
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

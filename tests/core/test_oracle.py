"""The product's answers against a second implementation of the rules, over random worlds (and SE-05)."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from planted import FAULTS, FOUND, UNNOTICED
from questions import Score, ask_many

RULES = ("D1", "D2", "D3", "D5", "D6", "D7", "D9", "D13", "D14")
FULL = 100_000
HITS_IN_FULL = 500
FAULT_QUESTIONS = 6_000


@pytest.mark.timeout(3600)
def test_the_product_answers_as_the_rules_say(count: Callable[[int, int], int], tmp_path: Path) -> None:
    number = count(3_000, FULL)

    score = ask_many(number, tmp_path)

    print(report(score))
    assert score.asked == number
    assert score.allowed >= 0.2 * number
    wanted = HITS_IN_FULL * number // FULL
    assert {rule: score.hits[rule] for rule in RULES if score.hits[rule] < wanted} == {}


@pytest.mark.timeout(1800)
def test_every_planted_fault_is_noticed(tmp_path: Path) -> None:
    assert len(FAULTS) >= 20

    def noticed(number: int) -> bool:
        directory = tmp_path / str(number)
        directory.mkdir()
        run = subprocess.run(
            [
                sys.executable,
                "-W",
                "error",
                Path(__file__).with_name("planted.py"),
                str(number),
                directory,
                str(FAULT_QUESTIONS),
            ],
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert run.returncode in {FOUND, UNNOTICED}, f"{FAULTS[number].name}: {run.stderr}"
        return run.returncode == FOUND

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(noticed, range(len(FAULTS))))

    unnoticed = [fault.name for fault, was in zip(FAULTS, found, strict=True) if not was]
    assert unnoticed == []


def report(score: Score) -> str:
    """The counters, one a line."""
    lines = [f"questions {score.asked}", f"allowed {score.allowed}", f"worlds {score.worlds}"]
    lines += [f"{kind} {number}" for kind, number in sorted(score.kinds.items())]
    lines += [f"{rule} {score.hits[rule]}" for rule in RULES]
    return "\n".join(lines)

"""Counts one leg's tests from pytest's JUnit file: `N getest, …`. Fails when it ran nothing or had no browser."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def main(path: str) -> int:
    if not Path(path).is_file():
        print("geen uitslag: de tests zijn niet gestart")
        return 1
    suites = ElementTree.parse(path).getroot().iter("testsuite")  # noqa: S314 - a file that pytest just wrote
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    reasons = set()
    for suite in suites:
        for name in counts:
            counts[name] += int(suite.get(name, "0"))
        reasons |= {skipped.get("message", "") for skipped in suite.iter("skipped")}
    ran = counts["tests"] - counts["skipped"]
    wrong = counts["failures"] + counts["errors"]
    print(
        f"{ran} getest, {wrong} fout, {counts['skipped']} overgeslagen"
        + "".join(f" ({why})" for why in sorted(reasons))
    )
    without_browser = any("chromium" in why.lower() for why in reasons)
    return 1 if ran < 1 or wrong or without_browser else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

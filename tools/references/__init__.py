"""Makes the pages under docs/reference/ from the code that they describe."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for place in (ROOT / "ml-api", ROOT / "monitoring"):  # Where the two deployments' code is.
    if str(place) not in sys.path:
        sys.path.append(str(place))
MADE = "<!-- Made by `make references` from the code: change that, not this page. -->"

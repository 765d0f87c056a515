"""What the artifacts folder says of models and their pipelines, without any API.

It uses the deployments' code, and puts them on the path: the API's own check of hashes decides here too, and
the monitor's names of metrics are the names.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ML_API = ROOT / "ml-api"
for place in (ML_API, ROOT / "monitoring"):
    if str(place) not in sys.path:
        sys.path.append(str(place))

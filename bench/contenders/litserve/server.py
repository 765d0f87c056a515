"""A LitServe server: a joblib file, and a DataFrame per request: `python server.py PORT`."""

import os
import sys
from typing import Any

import joblib
import litserve  # type: ignore[import-not-found]  # in an environment of its own
import pandas as pd


class Model(litserve.LitAPI):  # type: ignore[misc]
    """One estimator, loaded once per worker."""

    def setup(self, device: str) -> None:
        """Load it."""
        self.model = joblib.load(os.environ["MODEL"])  # noqa: TID251 - the app's one setting

    def decode_request(self, request: dict[str, Any]) -> pd.DataFrame:
        """Make a table of {"rows": [row, ...]}."""
        return pd.DataFrame(request["rows"])

    def predict(self, table: pd.DataFrame) -> list[float]:
        """Return one number per row."""
        predictions: list[float] = self.model.predict(table).tolist()
        return predictions

    def encode_response(self, predictions: list[float]) -> dict[str, list[float]]:
        """Return the answer's body."""
        return {"predictions": predictions}


if __name__ == "__main__":
    server = litserve.LitServer(Model(), accelerator="cpu")
    # client.py, which it would write beside this file, is nobody's.
    server.run(host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", generate_client_file=False)

"""Training that was tracked with MLflow."""

from tests.compat.row import Done, Row, Text

TRACKING = (
    Row(
        "a training that logs to MLflow",
        "python -m training math-score --track sqlite:///mlflow.db",
        Done(("mlflow",), "a run with parameters, scores, stages and the bundle; the best version is marked"),
        brief=(
            ("math-score", "math-score --data FOLDER/students.csv --artifacts FOLDER/tracked"),
            ("mlflow.db", "FOLDER/mlflow.db"),
        ),
        slow=True,
    ),
    Row(
        "one that logs every epoch",
        "python -m training penguins-mlp --epochs 200 --track sqlite:///mlflow.db",
        Done(("mlflow",), "the same, with loss and accuracy per epoch"),
        brief=(("--epochs 200", "--epochs 3 --artifacts FOLDER/tracked"), ("mlflow.db", "FOLDER/mlflow.db")),
        slow=True,
    ),
    Row(
        "MLflow's pages",
        "make mlflow",
        Text("text/html", ("MLflow",), "MLflow's own pages over `mlflow.db`"),
        asked="curl localhost:5002",
        brief=(("mlflow_ui", "mlflow_ui --store sqlite:///FOLDER/mlflow.db --files FOLDER/files"),),
        slow=True,
    ),
)

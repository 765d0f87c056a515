"""What Prometheus sees of a training: the one place that names its metrics."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from training.stages import Display, Epoch

LABELS = ("model",)


class Board(Display, Collector):
    """Keeps a training's last epoch; loss and accuracy are absent, never zero, until there is one."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.last: Epoch | None = None

    def epoch(self, epoch: Epoch) -> None:
        """Take the place of the epoch before."""
        self.last = epoch

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        last = self.last  # another thread may set it meanwhile
        done = CounterMetricFamily("training_epoch", "Epochs that this training has finished", labels=LABELS)
        done.add_metric([self.model], last.number if last else 0)
        yield done
        if last:
            says = "Mean loss over the training rows in the last epoch"
            yield self._gauge("training_loss", says, last.loss)
            says = "Share of the held-out rows that were classified right after the last epoch"
            yield self._gauge("validation_accuracy", says, last.accuracy)

    def registry(self) -> CollectorRegistry:
        """Return a registry that holds nothing else."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return registry

    def _gauge(self, name: str, says: str, value: float) -> Metric:
        family = GaugeMetricFamily(name, says, labels=LABELS)
        family.add_metric([self.model], value)
        return family

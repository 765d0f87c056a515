"""The machine and the watchers: processors, memory, disk, network, load, and who watches them."""

from typing import Any

from observability.grafana.dashboards import look, variables, watchers
from observability.grafana.dashboards.board import Row, board
from observability.grafana.dashboards.panels import bars, lines, number
from observability.grafana.dashboards.promql import RATE, Query

UID = "tandem-system"
HERE = 'instance=~"$instance"'
CORES = f'count by (instance) (node_cpu_seconds_total{{mode="idle", {HERE}}})'
BUSY = look.up_to(80, 90)


def dashboard() -> dict[str, Any]:
    """Return it, as JSON has it."""
    says = "Is the machine busy, full or cut off, and is everything watched?"
    choices = [variables.choice("instance", "Machine", "label_values(node_uname_info, instance)")]
    rows_ = (_now(), _processor(), _memory_and_disk(), _network(), watchers.app(), watchers.watchers())
    return board(UID, "Tandem / System", says, choices, rows_)


def _percent(id: int, asks: str, series: str, steps: look.Steps, alert: str) -> Any:
    return number(id, asks, Query(f"max({series})"), "percent", steps, decimals=1, alerts=[alert])


def _now() -> Row:
    load = number(
        5,
        "How much load per processor?",
        Query(f"max(node_load5{{{HERE}}} / on (instance) {CORES})"),
        "none",
        look.up_to(1, 2),
        decimals=2,
        says="Processes that ran or waited, over 5 minutes.",
    )
    age = number(
        6,
        "How long is the machine up?",
        Query(f"min(time() - node_boot_time_seconds{{{HERE}}})"),
        "s",
        decimals=1,
    )
    scraped = number(
        7,
        "What share of targets answers?",
        Query('avg(up{job!~"training|metrics-server"})'),
        "percentunit",
        look.ALWAYS,
        decimals=0,
        alerts=("TargetDown",),
        says="Of those that should always answer; trainings come and go.",
    )
    return (
        1,
        "Now",
        (
            _percent(2, "How busy are the processors?", "system_cpu_usage_percent", BUSY, "HighCPUUsage"),
            _percent(3, "How full is the memory?", "system_memory_usage_percent", BUSY, "HighMemoryUsage"),
            _percent(4, "How full is the disk?", "system_disk_usage_percent", BUSY, "HighDiskUsage"),
            load,
            age,
            scraped,
        ),
    )


def _processor() -> Row:
    modes = lines(
        11,
        "What are the processors doing?",
        Query(
            f'sum by (mode) (rate(node_cpu_seconds_total{{mode!="idle", {HERE}}}[{RATE}]))'
            f" / scalar(sum({CORES}))",
            "{{mode}}",
        ),
        unit="percentunit",
        high=1,
        stacked=True,
        alerts=("HighCPUUsage",),
        says="Share of all processors' time; the rest was idle.",
    )
    load = lines(
        12,
        "How many processes run or wait?",
        *(Query(f"node_load{m}{{{HERE}}}", f"{{{{instance}}}}: over {m} min") for m in (1, 5, 15)),
        Query(CORES, "{{instance}}: processors"),
        unit="none",
        colours=(("/processors$/", "red"),),
    )
    return 10, "Processors and load", (modes, load)


def _memory_and_disk() -> Row:
    memory = "node_memory_{0}_bytes{{" + HERE + "}}"
    size = memory.format("MemTotal")
    used = lines(
        21,
        "What fills the memory?",
        Query(f"{size} - {memory.format('MemAvailable')}", "used"),
        Query(
            f"{memory.format('MemAvailable')} - {memory.format('MemFree')}", "cache, given back when needed"
        ),
        Query(memory.format("MemFree"), "free"),
        unit="bytes",
        stacked=True,
        alerts=("HighMemoryUsage",),
    )
    real = f'fstype!~"tmpfs|ramfs|overlay|squashfs", {HERE}'
    full = bars(
        22,
        "How full is each disk?",
        Query(
            f"1 - node_filesystem_avail_bytes{{{real}}} / node_filesystem_size_bytes{{{real}}}",
            "{{instance}} {{mountpoint}}",
            once=True,
        ),
        "percentunit",
        look.up_to(0.8, 0.9),
        high=1,
        decimals=1,
        alerts=("HighDiskUsage",),
    )
    moved = lines(
        23,
        "How much is read and written?",
        Query(f"rate(node_disk_read_bytes_total{{{HERE}}}[{RATE}])", "{{instance}} {{device}}: read"),
        Query(f"rate(node_disk_written_bytes_total{{{HERE}}}[{RATE}])", "{{instance}} {{device}}: written"),
        unit="Bps",
    )
    waits = lines(
        24,
        "How busy is each disk?",
        Query(f"rate(node_disk_io_time_seconds_total{{{HERE}}}[{RATE}])", "{{instance}} {{device}}"),
        unit="percentunit",
        high=1,
        says="Share of the time in which it had something to do.",
    )
    return 20, "Memory and disk", (used, full, moved, waits)


def _network() -> Row:
    real = f'device!="lo", {HERE}'
    moved = lines(
        31,
        "How much is received and sent?",
        Query(
            f"rate(node_network_receive_bytes_total{{{real}}}[{RATE}])", "{{instance}} {{device}}: received"
        ),
        Query(f"rate(node_network_transmit_bytes_total{{{real}}}[{RATE}])", "{{instance}} {{device}}: sent"),
        unit="Bps",
        says="In containers: of node_exporter's own network, not of the machine's.",
    )
    lost = lines(
        32,
        "How much is lost on the way?",
        *(
            Query(
                f"sum by (instance) (rate(node_network_{way}_{what}_total{{{real}}}[{RATE}]))",
                f"{{{{instance}}}}: {way}, {said}",
            )
            for way in ("receive", "transmit")
            for what, said in (("errs", "faulty"), ("drop", "dropped"))
        ),
        unit="pps",
    )
    return 30, "Network", (moved, lost)

"""Whether the machine has enough of everything: the API's process (scope app), and the whole (scope host)."""

from monitor.alerting.rule import MINUTE, Rule, label, value

PERCENT = 'printf "%.0f"'
ON = f"of {label('instance')}"

RULES = (
    Rule(
        name="HighMemoryUsage",
        scope="app",
        severity="warning",
        after=MINUTE,
        expr="app_memory_usage_bytes > 500 * 1000 * 1000",
        summary=f"The API uses {value('humanize')}B of memory",
        description=f"Resident memory of the API's process {ON}, above 500 MB.",
    ),
    Rule(
        name="HighMemoryUsage",
        scope="host",
        severity="warning",
        after=5 * MINUTE,
        expr="system_memory_usage_percent > 90",
        summary=f"{value(PERCENT)}% of the machine's memory is in use",
        description=f"Memory {ON} that is not available to new processes, above 90%.",
    ),
    Rule(
        name="HighCPUUsage",
        scope="app",
        severity="warning",
        after=MINUTE,
        expr="app_cpu_usage_percent > 80",
        summary=f"The API uses {value(PERCENT)}% of a processor",
        description=f"Processor time of the API's process {ON}, above 80% of one processor.",
    ),
    Rule(
        name="HighCPUUsage",
        scope="host",
        severity="warning",
        after=5 * MINUTE,
        expr="system_cpu_usage_percent > 80",
        summary=f"{value(PERCENT)}% of the machine's processor time is in use",
        description=f"Over all processors {ON}, above 80%.",
    ),
    Rule(
        name="HighDiskUsage",
        severity="warning",
        after=10 * MINUTE,
        expr="system_disk_usage_percent > 90",
        summary=f"{value(PERCENT)}% of the disk is in use",
        description=(
            f"{{{{ with $labels.mountpoint }}}}File system {{{{ . }}}} {{{{ end }}}}{ON}, above 90%. "
            "On a full disk nothing is counted, and no history is kept."
        ),
    ),
)

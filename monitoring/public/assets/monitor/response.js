/* The response-time chart, drawn from the table below it. */

import { seconds } from "./numbers.js";
import { colour, font, onThemeChange } from "./theme.js";
import { local } from "./times.js";

const DAY = 86_400_000;
const DATE = { day: "numeric", month: "short" };
const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
let chart = null;

export function startResponse() {
  onThemeChange(draw);
  return draw;
}

function draw() {
  const plot = document.getElementById("response-plot");
  if (!plot) return;
  const table = document.getElementById("response-table");
  plot.hidden = document.getElementById("response-legend").hidden = !table || !globalThis.Chart;
  if (plot.hidden) return;
  const canvas = document.getElementById("response-chart");
  canvas.setAttribute("aria-label", document.getElementById("response-said").textContent);
  const [data, options] = [series(table), look(table)];
  if (chart) Object.assign(chart, { data: kept(data), options }).update("none");
  else chart = new globalThis.Chart(canvas, { type: "line", data, options });
}

/* The same data sets with newer points, so that a hidden one stays hidden. */
function kept(data) {
  chart.data.datasets.forEach((set, at) => Object.assign(set, data.datasets[at]));
  return chart.data;
}

function series(table) {
  const rows = [...table.tBodies[0].rows];
  const failed = rows.filter((row) => Number(row.dataset.failures));
  return {
    datasets: [
      { ...line("half took at most", points(rows, "p50"), "accent"), borderWidth: 2 },
      { ...line("95% took at most", points(rows, "p95"), "warm-fill"), borderWidth: 1.5, borderDash: [5, 3] },
      crosses(failed),
    ],
  };
}

function points(rows, name) {
  return rows.flatMap((row) => {
    const x = Date.parse(row.dataset.at);
    const value = name in row.dataset ? Number(row.dataset[name]) : null;
    return "gap" in row.dataset ? [{ x: x - 1, y: null }, { x, y: value }] : [{ x, y: value }];
  });
}

function line(label, data, name) {
  const stroke = colour(name);
  const alone = (at) => data[at]?.y != null && data[at - 1]?.y == null && data[at + 1]?.y == null;
  return {
    label, data, borderColor: stroke, backgroundColor: stroke,
    pointRadius: ({ dataIndex }) => (alone(dataIndex) ? 2 : 0), pointHoverRadius: 4, borderJoinStyle: "round",
  };
}

function crosses(rows) {
  const stroke = colour("fault-fill");
  return {
    label: "a probe failed", showLine: false,
    pointStyle: "crossRot", pointRadius: 5, pointHoverRadius: 6, borderWidth: 2,
    borderColor: stroke, backgroundColor: stroke, data: rows.map((row) => ({ x: Date.parse(row.dataset.at), y: 0 })),
  };
}

function look(table) {
  const [min, max] = [Date.parse(table.dataset.start), Date.parse(table.dataset.end)];
  const text = { color: colour("muted"), font: font() };
  const words = (time) => local(time, max - min > 2 * DAY ? DATE : HOUR);
  return {
    animation: false, responsive: true, maintainAspectRatio: false, normalized: true,
    interaction: { mode: "index", intersect: false, axis: "x" },
    scales: {
      x: {
        type: "linear", min, max, afterBuildTicks: (axis) => (axis.ticks = ticks(min, max)),
        ticks: { ...text, callback: words, maxRotation: 0, autoSkipPadding: 18 },
        grid: { display: false }, border: { color: colour("line") },
      },
      y: {
        beginAtZero: true, grace: "8%", grid: { color: colour("line") }, border: { display: false },
        ticks: { ...text, callback: (value) => (value ? seconds(value) : "0"), maxTicksLimit: 6 },
      },
    },
    plugins: { legend: { display: false }, tooltip: tooltip() },
  };
}

/* Whole hours or days, in the visitor's zone. */
function ticks(min, max) {
  const steps = [10 / 60, 3, 24, 24 * 14].map((hours) => hours * 3_600_000);
  const step = steps.find((each) => (max - min) / each <= 9) ?? steps.at(-1);
  const shift = new Date(max).getTimezoneOffset() * 60_000;
  const first = Math.ceil((min - shift) / step) * step + shift;
  return Array.from({ length: Math.floor((max - first) / step) + 1 }, (_, at) => ({ value: first + at * step }));
}

function tooltip() {
  return {
    backgroundColor: colour("ink"), titleColor: colour("paper"), bodyColor: colour("paper"),
    titleFont: font(), bodyFont: font(),
    displayColors: false, padding: 10, filter: ({ parsed }) => parsed.y !== null,
    callbacks: {
      title: ([item]) => (item ? local(item.parsed.x) : ""),
      label: ({ dataset, parsed }) => (dataset.showLine === false ? dataset.label : `${dataset.label} ${seconds(parsed.y)}`),
    },
  };
}

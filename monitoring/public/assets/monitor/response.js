/* The response-time chart, drawn from the points that the table below it carries. */

import { seconds } from "./numbers.js";
import { colour, font, onThemeChange } from "./theme.js";
import { local } from "./times.js";

const DAY = 86_400_000;
const DATE = { day: "numeric", month: "short" };
const WHOLE_DAY = { ...DATE, weekday: "short", timeZone: "UTC" };
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

function series({ dataset: { start, step, points } }) {
  const at = (slot) => Date.parse(start) + slot * step * 1000;
  const slots = JSON.parse(points);
  const of = (place) => slots.map((slot) => ({ x: at(slot[0]), y: slot[place] }));
  // As long as the lines: the tooltip takes what has the same place in each.
  const failed = slots.map(([slot, , , failures]) => ({ x: at(slot), y: failures ? 0 : null }));
  return {
    datasets: [
      { ...line("half took at most", of(1), "accent"), borderWidth: 2 },
      { ...line("95% took at most", of(2), "warm-fill"), borderWidth: 1.5, borderDash: [5, 3] },
      crosses(failed),
    ],
  };
}

function line(label, data, name) {
  const stroke = colour(name);
  const alone = (at) => data[at]?.y != null && data[at - 1]?.y == null && data[at + 1]?.y == null;
  return {
    label, data, clip: false, borderColor: stroke, backgroundColor: stroke,
    pointRadius: ({ dataIndex }) => (alone(dataIndex) ? 2 : 0), pointHoverRadius: 4, borderJoinStyle: "round",
  };
}

function crosses(data) {
  const stroke = colour("fault-fill");
  return {
    label: "a probe failed", clip: false, showLine: false,
    pointStyle: "crossRot", pointRadius: 5, pointHoverRadius: 6, borderWidth: 2,
    borderColor: stroke, backgroundColor: stroke, data,
  };
}

function look(table) {
  const [min, max] = [Date.parse(table.dataset.start), Date.parse(table.dataset.end)];
  const text = { color: colour("muted"), font: font() };
  const daily = table.dataset.step * 1000 >= DAY; // Days are those of UTC.
  const words = (time) => local(time, daily ? { ...DATE, timeZone: "UTC" } : max - min > 2 * DAY ? DATE : HOUR);
  return {
    animation: false, responsive: true, maintainAspectRatio: false, normalized: true,
    interaction: { mode: "index", intersect: false, axis: "x" },
    scales: {
      x: {
        type: "linear", min, max, afterBuildTicks: (axis) => (axis.ticks = ticks(min, max, daily)),
        ticks: { ...text, callback: words, maxRotation: 0, autoSkipPadding: 18 },
        grid: { display: false }, border: { color: colour("line") },
      },
      y: {
        beginAtZero: true, grace: "8%", grid: { color: colour("line") }, border: { display: false },
        ticks: { ...text, callback: (value) => (value ? seconds(value) : "0"), maxTicksLimit: 6 },
      },
    },
    plugins: { legend: { display: false }, tooltip: tooltip(daily) },
  };
}

/* Whole hours or days, in the visitor's zone unless they are days of UTC. */
function ticks(min, max, daily) {
  const steps = [10 / 60, 3, 24, 24 * 14].map((hours) => hours * 3_600_000);
  const step = steps.find((each) => (max - min) / each <= 9) ?? steps.at(-1);
  const shift = daily ? 0 : new Date(max).getTimezoneOffset() * 60_000;
  const first = Math.ceil((min - shift) / step) * step + shift;
  return Array.from({ length: Math.floor((max - first) / step) + 1 }, (_, at) => ({ value: first + at * step }));
}

function tooltip(daily) {
  return {
    backgroundColor: colour("ink"), titleColor: colour("paper"), bodyColor: colour("paper"),
    titleFont: font(), bodyFont: font(),
    displayColors: false, padding: 10, filter: ({ parsed }) => parsed.y !== null,
    callbacks: {
      title: ([item]) => (item ? local(item.parsed.x, daily ? WHOLE_DAY : undefined) : ""),
      label: ({ dataset, parsed }) => (dataset.showLine === false ? dataset.label : `${dataset.label} ${seconds(parsed.y)}`),
    },
  };
}

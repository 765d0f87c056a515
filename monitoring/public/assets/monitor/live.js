/* The live view: one point a second while it is switched on and looked at, the last 20 drawn. */

import { drawLive } from "./livecharts.js";
import { rounded, seconds } from "./numbers.js";
import { local } from "./times.js";

const SECOND = 1000;
const PATIENCE = 5000;
const POINTS = 20;
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
let error = false; // Whether the accuracy is told as an error, as of a regression.
const WORDS = {
  throughput: (value) => `${rounded(value)} rows/s`,
  accuracy: (value) => (error ? `MAE ${rounded(value)}` : rounded(value)),
  latency: seconds,
};
const NULLS = { throughput: "not known", accuracy: "not told", latency: "no answer" };
const SAYS = "One point a second, the last 20 are drawn: rows answered since the point before, and the median time of those answers.";
const UNTOLD = " Accuracy needs 20 true outcomes.";
const series = Object.fromEntries(Object.keys(WORDS).map((name) => [name, []]));
let times = [];
const byId = (id) => document.getElementById(id);
let on = false;
let timer = 0;
let asking = false;

export function startLive() {
  const button = byId("live-switch");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => turn(!on));
  document.addEventListener("visibilitychange", go);
}

function turn(to) {
  on = to;
  byId("live-switch").setAttribute("aria-checked", String(on));
  byId("live").toggleAttribute("data-on", on);
  byId("live").toggleAttribute("data-begun", true);
  if (!on) byId("live-said").textContent = "Switched off: the last points stay.";
  go();
}

function go() {
  clearTimeout(timer);
  if (!on || document.hidden || asking) return;
  if (times.at(-1)) add("", {}); // Nobody looked meanwhile: no line leads across.
  poll();
}

async function poll() {
  const began = performance.now();
  asking = true;
  const point = await ask();
  asking = false;
  if (!on) return;
  take(point);
  if (!document.hidden) timer = setTimeout(poll, Math.max(0, SECOND - (performance.now() - began)));
}

async function ask() {
  try {
    const response = await fetch("/api/live", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? await response.json() : { missing: `The monitor answers ${response.status}.` };
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError || error.name === "TimeoutError")) throw error;
    return { missing: "The monitor is out of reach." };
  }
}

function take(given) {
  const point = { ...given, accuracy: given.accuracy ?? given.mae };
  if (Number.isFinite(point.accuracy)) tellAs(!Number.isFinite(given.accuracy));
  add(local(Date.now(), CLOCK), point);
  for (const [name, words] of Object.entries(WORDS)) {
    const value = series[name].at(-1);
    byId(`live-${name}`).textContent = value === null ? (point.missing ? "not known" : NULLS[name]) : words(value);
    drawLive(name, series[name], POINTS, words, times);
  }
  byId("live-simulated").hidden = !point.simulated;
  byId("live-said").textContent = point.missing ? without(point) : SAYS + (Number.isFinite(point.accuracy) ? "" : UNTOLD);
}

function tellAs(now) {
  if (now !== error) series.accuracy = series.accuracy.map(() => null); // Shares and errors have no scale in common.
  error = now;
}

/* Without the API's counters, the latency is that of asking for them. */
const without = ({ missing, latency }) => (Number.isFinite(latency) ? `${missing} The latency is that of asking for them.` : missing);

function add(time, point) {
  times = [...times, time].slice(-POINTS);
  for (const name of Object.keys(WORDS)) {
    series[name] = [...series[name], Number.isFinite(point[name]) ? point[name] : null].slice(-POINTS);
  }
}

/* The live view: one point a second while it is switched on and looked at, the last 20 drawn. */

import { drawLive } from "./livecharts.js";
import { rounded, seconds } from "./numbers.js";

const SECOND = 1000;
const PATIENCE = 5000;
const POINTS = 20;
const WORDS = { throughput: (value) => `${rounded(value)} rows/s`, accuracy: rounded, latency: seconds };
const series = Object.fromEntries(Object.keys(WORDS).map((name) => [name, []]));
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
  if (!on) byId("live-said").textContent = "Switched off: the last points stay.";
  go();
}

function go() {
  clearTimeout(timer);
  if (on && !document.hidden && !asking) poll();
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

function take(point) {
  for (const [name, words] of Object.entries(WORDS)) {
    const value = Number.isFinite(point[name]) ? point[name] : null;
    series[name] = [...series[name], value].slice(-POINTS);
    byId(`live-${name}`).textContent = value === null ? "not known" : words(value);
    drawLive(name, series[name], POINTS, words);
  }
  byId("live-said").textContent = point.missing ?? "One point a second, the last 20 are drawn.";
}

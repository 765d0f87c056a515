/* Fetches the page again and again while it is looked at, and takes over the parts that changed. */

import { hear, now } from "./clock.js";
import { morph } from "./morph.js";
import { local, localTimes } from "./times.js";

const PATIENCE = 10_000;
const every = 1000 * (Number(document.body.dataset.refresh) || 30);
const parts = () => document.querySelectorAll("[data-part]");
const lost = document.getElementById("lost");
const said = document.getElementById("said");
let enhance = () => {};
let seen = now();
let due = 0;
let timer = 0;
let latest = 0;

export function startRefreshing(enhanceAgain) {
  enhance = enhanceAgain;
  plan();
  document.addEventListener("visibilitychange", resume);
  document.addEventListener("click", choose);
  addEventListener("popstate", refresh);
}

function plan() {
  clearTimeout(timer);
  due = performance.now() + every;
  if (!document.hidden) timer = setTimeout(refresh, every);
}

function resume() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, Math.max(0, due - performance.now()));
}

function choose(event) {
  const link = event.target.closest("a[data-window]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (link.search !== location.search) history.pushState(null, "", link.search);
  refresh();
}

async function refresh() {
  clearTimeout(timer);
  const turn = ++latest;
  const outcome = await load();
  if (turn !== latest) return; // Asked again meanwhile: the newer answer is the one to show.
  if (outcome.page) show(outcome.page);
  else tellLost(outcome.problem);
  plan();
}

async function load() {
  const address = location.pathname + location.search;
  try {
    const response = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) return { problem: `it answers ${response.status}` };
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector("[data-part=state]") ? { page } : { problem: "it answers something else" };
  } catch (error) {
    if (error instanceof TypeError) return { problem: "there is no connection to it" };
    if (error.name === "TimeoutError") return { problem: `it did not answer within ${PATIENCE / 1000} s` };
    throw error;
  }
}

function show(page) {
  if (shape(page) !== shape(document)) return location.reload();
  const state = document.documentElement.dataset.state;
  hear(page.body.dataset.now);
  seen = now();
  localTimes(page); // Before it is compared, or each of them would change twice.
  for (const part of parts()) morph(part, page.querySelector(`[data-part="${part.dataset.part}"]`));
  adopt(page);
  tellFound();
  enhance();
  if (page.documentElement.dataset.state !== state) said.textContent = page.querySelector("h1").textContent;
}

/* Which parts there are: another answer than before means another page. */
const shape = (page) => [...page.querySelectorAll("[data-part]")].map((part) => part.dataset.part).join();

function adopt(page) {
  document.documentElement.dataset.state = page.documentElement.dataset.state;
  if (document.title !== page.title) document.title = page.title;
  const [icon, newer] = [document, page].map((each) => each.querySelector("link[rel=icon]"));
  if (icon.getAttribute("href") !== newer.getAttribute("href")) icon.href = newer.getAttribute("href");
}

function tellLost(problem) {
  document.documentElement.dataset.lost = "";
  const since = local(seen, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const text = `The monitor is out of reach: ${problem}. What is shown here is old, from ${since}.`;
  document.title = "Out of reach · Tandem";
  document.querySelector("link[rel=icon]").href = "/assets/monitor/unknown.svg";
  if (lost.textContent !== text) lost.textContent = text;
}

function tellFound() {
  delete document.documentElement.dataset.lost;
  lost.textContent = "";
}

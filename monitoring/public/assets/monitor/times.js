/* Times in the visitor's own zone, and those of long ago tick. */

import { now } from "./clock.js";
import { duration } from "./numbers.js";

const full = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const brief = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export const local = (time, form = brief) => new Intl.DateTimeFormat("en-GB", form).format(time);

export function startTimes() {
  tellZone();
  setInterval(tick, 1000);
  return () => {
    localTimes(document);
    tick();
  };
}

export const localTimes = (page) => page.querySelectorAll("time[datetime]:not([data-ago])").forEach(localise);

function tellZone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const zone = document.getElementById("zone");
  zone.textContent = timeZone === "UTC" ? "Times are UTC." : `Times of ${timeZone}, days of UTC.`;
}

function localise(element) {
  const time = new Date(element.dateTime);
  if (Number.isNaN(time.valueOf())) return;
  const text = "short" in element.dataset ? short(time) : local(time, full);
  if (element.textContent === text) return;
  element.title = element.dateTime;
  element.textContent = text;
}

function short(time) {
  const current = new Date(now());
  if (time.toDateString() === current.toDateString()) return local(time, hour);
  return local(time, time.getFullYear() === current.getFullYear() ? brief : full);
}

function tick() {
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const seconds = (now() - Date.parse(element.dateTime)) / 1000;
    const text = seconds < 1 ? "just now" : `${duration(seconds)} ago`;
    if (element.textContent !== text) element.textContent = text;
  }
}

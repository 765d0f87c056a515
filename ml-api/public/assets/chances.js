/* The classes with their probabilities, likeliest first. */

import { bar, byId, el } from "./dom.js";
import { percent } from "./numbers.js";

const SHOWN = 8;

export function showChances(model, answer) {
  const sorted = Object.entries(answer.probabilities).sort((a, b) => b[1] - a[1]);
  const rows = sorted.slice(0, SHOWN).map(([name, share]) => line(name, share, name === String(answer.prediction)));
  const rest = sorted.slice(SHOWN);
  if (rest.length) rows.push(line(`${rest.length} others`, rest.reduce((sum, [, share]) => sum + share, 0), false));
  const caption = el("caption", {}, `Probability of each ${model.output.label.toLowerCase()}`);
  byId("probabilities").replaceChildren(el("table", { class: "chances" }, caption, el("tbody", {}, ...rows)));
  return `Probability ${percent(answer.confidence)}.`;
}

const line = (name, share, chosen) =>
  el("tr", chosen ? { class: "chosen" } : {},
    el("th", { scope: "row" }, name),
    el("td", {}, bar(share, 0, 1, "chance")),
    el("td", { class: "amount" }, percent(share)));

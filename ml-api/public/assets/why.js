/* What each input adds to the answer, against the typical row, largest first. */

import { bar, byId, el } from "./dom.js";
import { decimalsFor, exact, percent, rounded, signed } from "./numbers.js";

const SHOWN = 12;

export function showWhy(model, answer, row) {
  const { baseline, contributions } = answer.explanation;
  const scale = scales[answer.explanation.scale](model, answer);
  const parts = model.features.map((feature) => ({ feature, amount: scale.size * contributions[feature.name] }));
  parts.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const total = baseline + Object.values(contributions).reduce((sum, part) => sum + part, 0);
  // What is left of sums that cancel out is no difference.
  const least = 1e-9 * scale.size * Math.max(Math.abs(baseline), Math.abs(total));
  const decimals = decimalsFor(Math.max(least, Math.abs(parts[0].amount)));
  const seen = parts.filter(({ amount }) => Math.abs(amount) >= Math.max(least, 0.5 * 10 ** -decimals));
  const [shown, rest] = [seen.slice(0, SHOWN), seen.slice(SHOWN)];
  const table = el("table", { class: "why" },
    el("caption", {}, scale.caption),
    el("tbody", {}, edge("Typical row", scale.text(baseline)),
      ...shown.map((part) => line(part, row, decimals, ends(shown))),
      ...(rest.length ? [edge(`${rest.length} smaller ones`, signed(sum(rest), decimals))] : []),
      edge("This row", scale.text(total), "total")));
  const same = parts.filter((part) => !seen.includes(part)).map(({ feature }) => feature.label);
  const note = same.length ? [el("p", { class: "fine" }, `No difference from: ${same.join(", ")}.`)] : [];
  byId("explanation").replaceChildren(table, ...note);
  byId("explanation").hidden = false;
}

const scales = {
  output: (model) => ({
    size: 1,
    text: rounded,
    caption: `How the inputs lead from the typical row to this one${model.output.unit && `, ${model.output.unit}`}`,
  }),
  probability: (model, answer) => ({
    size: 100,
    text: percent,
    caption: `How the inputs change the probability of ${answer.prediction}, in percentage points`,
  }),
  "log-odds": (model) => ({
    size: 1,
    text: rounded,
    caption: `How the inputs change the log-odds of ${model.output.classes[1]}`,
  }),
};

const sum = (parts) => parts.reduce((total, { amount }) => total + amount, 0);
const ends = (parts) => [Math.min(0, ...parts.map((p) => p.amount)), Math.max(0, ...parts.map((p) => p.amount))];

const edge = (name, text, kind = "edge") =>
  el("tr", { class: kind }, el("th", { scope: "row" }, name), el("td"), el("td", { class: "amount" }, text));

function line({ feature, amount }, row, decimals, [low, high]) {
  const given = shownValue(row[feature.name]);
  const typical = shownValue(feature.typical);
  const unit = feature.unit && typeof row[feature.name] === "number" ? ` ${feature.unit}` : "";
  const words = given === typical ? `${given}${unit}` : `${given}${unit}, typical ${typical}`;
  return el("tr", {},
    el("th", { scope: "row" }, feature.label, el("span", { class: "typical" }, words)),
    el("td", {}, bar(amount, low, high, amount < 0 ? "less" : "more")),
    el("td", { class: "amount" }, signed(amount, decimals)));
}

function shownValue(value) {
  if (value === null || value === undefined) return "missing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? exact(value) : value;
}

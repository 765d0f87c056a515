/* The answer: a number with its interval or a class with its chances, and what went wrong instead. */

import { showChances } from "./chances.js";
import { byId, el } from "./dom.js";
import { control } from "./form.js";
import { exact, rounded } from "./numbers.js";
import { showTarget } from "./target.js";
import { showWhy } from "./why.js";

export const setState = (state) => {
  byId("answer").dataset.state = state;
  byId("stale").hidden = state !== "stale";
};

export function showAnswer(model, answer, row) {
  const headline = typeof answer.prediction === "number" && model.task === "regression"
    ? rounded(answer.prediction) : String(answer.prediction);
  clear();
  setState("answered");
  byId("prediction").textContent = headline;
  byId("prediction").title = model.task === "regression" ? String(answer.prediction) : "";
  const unit = model.output.unit && ` ${model.output.unit}`;
  const said = [`${model.output.label}: ${headline}${unit}.`];
  if (answer.interval) said.push(showInterval(answer, unit));
  if (answer.probabilities) said.push(showChances(model, answer));
  said.push(showWarnings(model, answer.warnings));
  if (answer.explanation) showWhy(model, answer, row);
  byId("identity").textContent = `${answer.model.name} ${answer.model.version} · ${answer.id}`;
  byId("identity").hidden = false;
  byId("said").textContent = said.filter(Boolean).join(" ");
}

function clear() {
  byId("problem").replaceChildren();
  byId("probabilities").replaceChildren();
  byId("explanation").hidden = true;
}

function showInterval(answer, unit) {
  const { level, low, high } = answer.interval;
  showTarget(answer.prediction, low, high);
  const range = `${rounded(low)} to ${rounded(high)}${unit}`;
  byId("interval").replaceChildren(`${exact(100 * level)}% interval `, el("strong", {}, range));
  byId("interval").hidden = false;
  return `${exact(100 * level)}% interval ${range}.`;
}

function showWarnings(model, warnings) {
  const lines = warnings.map((warning) => {
    const feature = model.features.find((each) => each.name === warning.feature);
    return `${feature ? feature.label : warning.feature}: ${warning.detail}.`;
  });
  if (lines.length && model.interval) lines.push("Out there the interval promises nothing.");
  byId("warnings").replaceChildren(...lines.map((line) => el("li", {}, line)));
  byId("warnings").hidden = !lines.length;
  return lines.join(" ");
}

/* faults: {at, label, detail}; `at` is a field's position, or undefined where no field is meant. */
export function showProblem(detail, faults) {
  clear();
  setState("failed");
  for (const id of ["warnings", "interval", "identity"]) byId(id).hidden = true;
  byId("target-mark")?.replaceChildren();
  byId("prediction").textContent = "";
  byId("said").textContent = "";
  const items = faults.map(({ at, label, detail: what }) => {
    if (at === undefined) return el("li", {}, `${label} ${what}`.trim());
    const link = el("a", { href: `#field-${at}` }, label);
    link.addEventListener("click", (event) => { event.preventDefault(); control(at).focus(); });
    return el("li", {}, link, ` ${what}`);
  });
  byId("problem").replaceChildren(el("p", {}, detail), ...(items.length ? [el("ul", {}, ...items)] : []));
}


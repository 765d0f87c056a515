/* The page: the form asks, the answer is shown, the snippets follow every change. */

import { setState, showAnswer, showProblem } from "./answer.js";
import { Failure, NO_KEY, parsed, path, predict } from "./api.js";
import { copy } from "./copy.js";
import { byId } from "./dom.js";
import { clearFault, control, read, showFault } from "./form.js";
import { showHint } from "./hints.js";
import { focusKey, startKey } from "./key.js";
import { snippets } from "./snippets.js";
import { startUpload } from "./upload.js";

const model = JSON.parse(byId("model").textContent);
const form = byId("form");
const panel = byId("answer");
let latest = 0;

function follow() {
  model.features.forEach(showHint);
  const texts = snippets(model, read(model).row, location.origin);
  for (const [id, text] of Object.entries(texts)) byId(id).firstElementChild.textContent = text;
  if (panel.dataset.state === "answered") setState("stale");
}

async function submit() {
  const turn = (latest += 1);
  model.features.forEach((_, at) => clearFault(at));
  const { row, unreadable } = read(model);
  panel.toggleAttribute("data-busy", true);
  const failure = unreadable.length ? new Failure("Nothing was predicted.") : null;
  const outcome = failure ?? await ask(row).catch((error) => error);
  if (turn !== latest) return;
  panel.removeAttribute("data-busy");
  if (outcome instanceof Failure) fail(outcome, unreadable);
  else if (outcome instanceof Error) throw outcome;
  else showAnswer(model, outcome, row);
  if (panel.getBoundingClientRect().top > innerHeight - 160 && !(outcome instanceof Failure)) panel.scrollIntoView();
}

async function ask(row) {
  const call = { type: "application/json", body: JSON.stringify(row) };
  try {
    return parsed(await predict(model, { ...call, explain: model.explain.method !== "none" }));
  } catch (error) {
    // An answer without its explanation is better than none.
    if (error.type !== "urn:tandem:problem:not-explained") throw error;
    return parsed(await predict(model, call));
  }
}

function fail(failure, unreadable) {
  const faults = [...unreadable, ...failure.errors.map(located)].map((fault) => (
    { ...fault, label: fault.at === undefined ? fault.name ?? "" : model.features[fault.at].label }));
  const fields = faults.filter(({ at }) => at !== undefined).sort((a, b) => a.at - b.at);
  fields.forEach(({ at, detail }) => showFault(at, detail));
  showProblem(failure.message, [...fields, ...faults.filter(({ at }) => at === undefined)]);
  if (fields.length) control(fields[0].at).focus();
  if (failure.type === NO_KEY) focusKey();
}

function located({ pointer, detail }) {
  const [name] = path(pointer);
  const at = model.features.findIndex((feature) => feature.name === name);
  return at < 0 ? { name, detail } : { at, detail };
}

async function copySnippet() {
  const shown = byId(document.querySelector("input[name=snippet]:checked").value);
  const said = await copy(shown.textContent, shown);
  byId("copy").textContent = said;
  byId("copied").textContent = said;
  setTimeout(() => { byId("copy").textContent = "Copy"; byId("copied").textContent = ""; }, 2000);
}

/* A panel higher than the window sticks by its foot, so that all of it can be reached. */
const stick = () => panel.style.setProperty("top", `${Math.min(24, innerHeight - panel.offsetHeight - 24)}px`);

form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
form.addEventListener("input", (event) => {
  const at = model.features.findIndex((_, n) => control(n) === event.target);
  if (at >= 0) clearFault(at);
  follow();
});
// The fields change only after the reset was announced.
form.addEventListener("reset", () => setTimeout(() => {
  model.features.forEach((_, at) => clearFault(at));
  follow();
}));
byId("copy").addEventListener("click", copySnippet);
byId("copy").hidden = false;
byId("predict").disabled = false;
new ResizeObserver(stick).observe(panel);
addEventListener("resize", stick);
follow();
startKey(() => form.requestSubmit());
startUpload(model);

/* Says while a person types where a value leaves what the model has seen. */

import { byId } from "./dom.js";
import { control, value } from "./form.js";
import { exact } from "./numbers.js";

export function showHint(feature, at) {
  const given = value(feature, control(at));
  const words = outside(feature, given);
  const note = byId(`field-${at}-outside`);
  note.textContent = words;
  note.hidden = !words;
  const mark = byId(`field-${at}-here`);
  if (mark) place(mark, feature, given, words !== "");
}

function outside(feature, given) {
  if (given === undefined || given === null) return "";
  if (typeof feature.low === "number") {
    if (given < feature.low) return `Below the training range, which starts at ${exact(feature.low)}.`;
    return given > feature.high ? `Above the training range, which ends at ${exact(feature.high)}.` : "";
  }
  return feature.open && !feature.values.includes(given) ? "Not seen in training." : "";
}

function place(mark, feature, given, off) {
  const known = typeof given === "number" && !Number.isNaN(given);
  mark.setAttribute("visibility", known ? "visible" : "hidden");
  if (!known) return;
  const share = (given - feature.low) / (feature.high - feature.low);
  const x = 100 * Math.min(1, Math.max(0, share));
  mark.setAttribute("x1", x);
  mark.setAttribute("x2", x);
  mark.setAttribute("class", off ? "off" : "on");
}

/* The form: from its fields to a row, and faults back to the fields. */

import { byId } from "./dom.js";

export const control = (at) => byId(`field-${at}`);

/* The row that the form holds, and the fields whose text is no number. */
export function read(model) {
  const unreadable = [];
  const entries = model.features.map((feature, at) => {
    const input = control(at);
    if (input.validity.badInput) unreadable.push({ at, detail: "must be a number" });
    return [feature.name, value(feature, input)];
  });
  return { row: Object.fromEntries(entries.filter(([, given]) => given !== undefined)), unreadable };
}

/* A field's value; an empty one is null where the model takes that, else undefined. */
export function value(feature, input) {
  if (input.value === "") return feature.nullable ? null : undefined;
  if (input.tagName === "SELECT") return feature.values[Number(input.value)];
  if (input.type === "number") return input.valueAsNumber;
  const whole = Number.isInteger(feature.values[0]) && /^[+-]?\d+$/.test(input.value.trim());
  return whole ? Number(input.value) : input.value;
}

export function showFault(at, detail) {
  byId(`field-${at}-field`).classList.add("field-invalid");
  control(at).setAttribute("aria-invalid", "true");
  const fault = byId(`field-${at}-fault`);
  fault.textContent = detail.charAt(0).toUpperCase() + detail.slice(1);
  fault.hidden = false;
}

export function clearFault(at) {
  byId(`field-${at}-field`).classList.remove("field-invalid");
  control(at).setAttribute("aria-invalid", "false");
  byId(`field-${at}-fault`).hidden = true;
}

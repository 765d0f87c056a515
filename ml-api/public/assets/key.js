/* The key that predictions ask for: this tab keeps it until it is closed, and nothing else does. */

import { byId } from "./dom.js";

const NAME = "tandem-key";

export function startKey(submit) {
  const input = byId("key");
  if (!input) return;
  input.value = stored((storage) => storage.getItem(NAME)) ?? "";
  input.addEventListener("input", () => stored((storage) => storage.setItem(NAME, input.value)));
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") submit(); });
}

/* What was typed, without blanks at its ends. */
export const typed = () => byId("key")?.value.trim() ?? "";

export function focusKey() {
  byId("key")?.focus();
}

function stored(use) {
  try {
    return use(sessionStorage);
  } catch {
    // Storage can be switched off: then the field alone holds the key.
    return null;
  }
}

/* Calls of the API; whatever goes wrong becomes a Failure that a person can read. */

import { typed } from "./key.js";

const PATIENCE_MS = 60_000;

export const NO_KEY = "urn:tandem:problem:unauthorized";
const UNKNOWN_KEY = "Predictions ask for a key, and the one above the inputs is not known here.";

export class Failure extends Error {
  constructor(detail, { type = "", errors = [], total = errors.length } = {}) {
    super(detail);
    Object.assign(this, { type, errors, total });
  }
}

/* The answer's text. */
export async function predict(model, { type, body, accept = "application/json", explain = false }) {
  const query = new URLSearchParams({ model: model.name, version: model.version });
  if (explain) query.set("explain", "true");
  const headers = { "Content-Type": type, Accept: accept, ...bearer() };
  const { response, text } = await reach(`/api/predict?${query}`, { method: "POST", headers, body });
  if (!response.ok) throw refused(response.status, text);
  return text;
}

export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure("What came back is no answer of the API. Try again.");
  }
}

function bearer() {
  const key = typed();
  if (key && !/^[!-~]+$/.test(key)) throw new Failure(UNKNOWN_KEY, { type: NO_KEY });
  return key ? { Authorization: `Bearer ${key}` } : {};
}

async function reach(address, init) {
  try {
    const response = await fetch(address, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
    return { response, text: await response.text() };
  } catch (error) {
    const late = error.name === "TimeoutError";
    throw new Failure(late
      ? "The API did not answer within a minute. Nothing was predicted; try again."
      : "The API could not be reached. Check the connection and try again.");
  }
}

function refused(status, text) {
  let said = {};
  try {
    said = JSON.parse(text);
  } catch {
    // A proxy in between answers with a page of its own; the status is all that can be told.
  }
  if (said.type === NO_KEY) said.detail = typed() ? UNKNOWN_KEY : "Predictions ask for a key: put yours above the inputs.";
  const detail = said.detail || `The API answered with status ${status}.`;
  const words = status === 503 ? `The model can’t answer at the moment. ${detail}` : detail;
  return new Failure(words, { type: said.type, errors: said.errors, total: said.errors_total });
}

/* The parts of a JSON Pointer (RFC 6901). */
export const path = (pointer) =>
  pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

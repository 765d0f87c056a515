/* What is shown of an uploaded file: its first answers, or its faults. */

import { path } from "./api.js";
import { cells, records } from "./csv.js";
import { el } from "./dom.js";
import { percent, rounded } from "./numbers.js";

const ROWS = 10;
const FAULTS = 100;

/* The number of rows in words, and a table of the first ones with their answers. */
export function preview(own, answers) {
  const [left, right] = [own, answers].map((text) => records(text).map(cells));
  const count = left.length - 1;
  const more = count > ROWS ? ` The first ${ROWS}:` : "";
  // The answers come first: on a phone the rest is out of sight.
  const kind = (n) => (n === right[0].length - 1 ? "answer-cell answer-last" : "answer-cell");
  const head = [...right[0].map((name, n) => heading(name, kind(n))), ...left[0].map((name) => heading(name))];
  const body = left.slice(1, ROWS + 1).map((row, at) => el("tr", {},
    ...right[at + 1].map((text, n) => el("td", { class: kind(n) }, answerText(text, right[0][n]))),
    ...row.map((text) => el("td", {}, text))));
  const said = `${count === 1 ? "1 row was" : `${count} rows were`} answered.${more}`;
  return { said, table: scrolling("The first rows with their answers", head, body) };
}

/* The faults as a table: line, column, what. */
export function faultTable(errors, total) {
  if (!errors.length) return [];
  const body = errors.slice(0, FAULTS).map(({ pointer, detail }) => {
    const [row, column = ""] = path(pointer);
    const [, line, what] = /^line (\d+): (.*)$/s.exec(detail) ?? [null, row === undefined ? "" : `row ${Number(row) + 1}`, detail];
    return el("tr", {}, el("td", {}, line), el("td", {}, column), el("td", {}, what));
  });
  const table = scrolling("Faults of the file", ["Line", "Column", "What"].map((name) => heading(name)), body);
  table.classList.add("faults");
  const rest = total - Math.min(errors.length, FAULTS);
  return rest > 0 ? [table, el("p", { class: "fine" }, `and ${rest} more`)] : [table];
}

const heading = (name, kind = "") => el("th", { scope: "col", class: kind }, name);

function answerText(text, column) {
  const number = Number(text);
  if (text === "" || !Number.isFinite(number)) return text;
  return column === "confidence" || column.startsWith("p_") ? percent(number) : rounded(number);
}

const scrolling = (name, head, body) =>
  el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name },
    el("table", { class: "plain" }, el("caption", { class: "visually-hidden" }, name),
      el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body)));

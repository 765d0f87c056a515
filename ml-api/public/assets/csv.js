/* CSV (RFC 4180): records as they were written, so that a person's own columns come back unchanged. */

const BOM = "\ufeff";

/* The records' own text. Blank lines are no records; a quote opens a cell only at its start. */
export function records(text) {
  const found = [];
  let start = text.startsWith(BOM) ? 1 : 0;
  let quoted = false;
  let cellStarts = true;
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"' && cellStarts) {
      quoted = true;
      cellStarts = false;
    } else if (sign === "\n" || sign === "\r") {
      found.push(text.slice(start, at));
      if (sign === "\r" && text[at + 1] === "\n") at += 1;
      start = at + 1;
      cellStarts = true;
    } else {
      cellStarts = sign === ",";
    }
  }
  found.push(text.slice(start));
  return found.filter((record) => record !== "");
}

/* The cells of one record. */
export function cells(record) {
  const found = [];
  let at = 0;
  while (at <= record.length) {
    const quoted = record[at] === '"' && /^"((?:[^"]|"")*)"(?=,|$)/.exec(record.slice(at));
    const comma = record.indexOf(",", at);
    const end = quoted ? at + quoted[0].length : comma < 0 ? record.length : comma;
    found.push(quoted ? quoted[1].replaceAll('""', '"') : record.slice(at, end));
    at = end + 1;
  }
  return found;
}

const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/* A person's table with the answers' columns behind it, or null where the rows don't pair. */
export function joined(own, answers) {
  const [left, right] = [records(own), records(answers)];
  if (left.length !== right.length) return null;
  const taken = new Set(cells(left[0]).map((name) => name.trim()));
  right[0] = cells(right[0]).map((name) => cell(taken.has(name) ? `answer_${name}` : name)).join(",");
  const lines = left.map((record, at) => `${record},${right[at]}\r\n`);
  return (own.startsWith(BOM) ? BOM : "") + lines.join("");
}

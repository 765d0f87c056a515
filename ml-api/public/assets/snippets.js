/* The form as code for three clients; mlapi/page/snippets.py writes the same for the example. */

/* The texts by the ids of their elements. */
export function snippets(model, row, origin) {
  const query = new URLSearchParams({ model: model.name, version: model.version });
  const address = `${origin}/api/predict?${query}`;
  const key = model.placeholder && `Bearer ${model.placeholder}`;
  return { curl: curl(address, row, key), python: python(address, row, key), javascript: javascript(address, row, key) };
}

function curl(address, row, key) {
  return [
    `curl ${quoted(address)}`,
    `-H ${quoted("Content-Type: application/json")}`,
    ...(key ? [`-H ${quoted(`Authorization: ${key}`)}`] : []),
    `-d ${quoted(object(row, { inner: "  ", outer: "", literal: json }))}`,
  ].join(" \\\n  ");
}

function python(address, row, key) {
  return [
    "import requests",
    "",
    "response = requests.post(",
    `    ${pythonic(address)},`,
    ...(key ? [`    headers={"Authorization": "${key}"},`] : []),
    `    json=${object(row, { inner: "        ", outer: "    ", literal: pythonic, last: "," })},`,
    "    timeout=30,",
    ")",
    "print(response.json())",
    "response.raise_for_status()",
  ].join("\n");
}

function javascript(address, row, key) {
  return [
    `const response = await fetch(${json(address)}, {`,
    '  method: "POST",',
    "  headers: {",
    '    "Content-Type": "application/json",',
    ...(key ? [`    "Authorization": "${key}",`] : []),
    "  },",
    `  body: JSON.stringify(${object(row, { inner: "    ", outer: "  ", literal: json, name: ownName, last: "," })}),`,
    "});",
    "console.log(response.status, await response.json());",
  ].join("\n");
}

function object(row, { inner, outer, literal, name = literal, last = "" }) {
  const lines = Object.entries(row).map(([key, value]) => `${inner}${name(key)}: ${literal(value)}`);
  return lines.length ? `{\n${lines.join(",\n")}${last}\n${outer}}` : "{}";
}

/* What can't be seen in a text is spelled out, lest it deceive. */
const HIDDEN = /(?! )[\p{C}\p{Z}]/gu;
const unit = (number) => `\\u${number.toString(16).padStart(4, "0")}`;

const json = (value) => JSON.stringify(value).replace(HIDDEN, (found) =>
  Array.from({ length: found.length }, (_, at) => unit(found.charCodeAt(at))).join(""));

/* Python has no pairs of surrogates, as JSON has. */
function pythonic(value) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value).replace(HIDDEN, (found) => {
    const number = found.codePointAt(0);
    return number < 0x10000 ? unit(number) : `\\U${number.toString(16).padStart(8, "0")}`;
  });
}

/* A plain __proto__ would set the object's prototype instead. */
const ownName = (name) => (name === "__proto__" ? `[${json(name)}]` : json(name));

/* Inside single quotes a shell reads every character as it is, but for the quote itself. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

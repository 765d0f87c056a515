/* Many rows: a CSV file goes out, comes back with its answers, and can be kept. */

import { Failure, predict } from "./api.js";
import { joined } from "./csv.js";
import { byId, el } from "./dom.js";
import { rounded } from "./numbers.js";
import { faultTable, preview } from "./tables.js";

const MOST_BYTES = 4_000_000;
let latest = 0;
let address = "";

export function startUpload(model) {
  const [input, drop] = [byId("file"), byId("drop")];
  input.disabled = false;
  input.addEventListener("change", () => {
    if (input.files.length) upload(model, input.files[0]);
    input.value = ""; // So that the same file, corrected, can be chosen again.
  });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("drop-over", name === "dragenter" || name === "dragover");
    });
  }
  drop.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) upload(model, event.dataTransfer.files[0]);
  });
}

async function upload(model, file) {
  const turn = (latest += 1);
  say(`Sending ${file.name} …`);
  const shown = await answer(model, file).catch((error) => {
    if (!(error instanceof Failure)) throw error;
    return { said: error.message, parts: faultTable(error.errors, error.total) };
  });
  if (turn === latest) say(shown.said, ...shown.parts);
}

async function answer(model, file) {
  if (file.size > MOST_BYTES) {
    throw new Failure(`${file.name} has ${rounded(file.size / 1e6)} MB. At most 4 MB fit in one call: split the file.`);
  }
  const [own, answers] = await Promise.all([
    file.arrayBuffer().then((bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)),
    predict(model, { type: "text/csv", accept: "text/csv", body: file }),
  ]);
  const both = joined(own, answers);
  if (both === null) {
    return { said: "The file was answered, but here its rows could not be paired with the answers.", parts: [link(file, answers)] };
  }
  const { said, table } = preview(own, answers);
  return { said, parts: [link(file, both), table] };
}

function link(file, text) {
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const name = `${file.name.replace(/\.csv$/i, "")}-answers.csv`;
  return el("a", { class: "download", id: "download", href: address, download: name }, `Download ${name}`);
}

function say(words, ...parts) {
  byId("upload-said").textContent = words;
  byId("upload-result").replaceChildren(...parts);
}

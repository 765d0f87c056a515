// Asks the platform's own tool, by its modules, what it thinks of folders, without an account:
//   node known.mjs MODULES FOLDER... -- FOLDER...
// Writes one JSON object per line: the folder, what is wrong with its vercel.json (null: nothing), and the files
// that would be uploaded (null for those after the dashes). Exit code 1: this release of the tool keeps these
// functions elsewhere.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, ...rest] = process.argv.slice(2);
const dashes = rest.indexOf("--");
const uploaded = rest.slice(0, dashes);
const read = rest.slice(dashes + 1);

async function* loaded(word) {
  const chunks = join(modules, "chunks");
  for (const file of readdirSync(chunks)) {
    if (file.endsWith(".js") && readFileSync(join(chunks, file), "utf8").includes(word)) {
      yield await import(pathToFileURL(join(chunks, file)));
    }
  }
}

// Either exported by a module itself, or by what one of its require_... functions returns.
async function found(word) {
  for await (const module of loaded(word)) {
    if (typeof module[word] === "function") return module[word];
    for (const [name, value] of Object.entries(module)) {
      const inner = name.startsWith("require_") && typeof value === "function" ? value() : null;
      if (typeof inner?.[word] === "function") return inner[word];
    }
  }
  process.stderr.write(`this release of vercel has no ${word}\n`);
  process.exit(1);
}

function fault(validate, text) {
  try {
    return validate(JSON.parse(text))?.message ?? null;
  } catch (error) {
    return error.message;
  }
}

const validate = await found("validateConfig");
const inspect = await found("inspectDeploymentFiles");
for (const folder of [...uploaded, ...read]) {
  const config = join(folder, "vercel.json");
  const wrong = existsSync(config) ? fault(validate, readFileSync(config, "utf8")) : "there is none";
  const files = read.includes(folder) ? null : (await inspect({ path: folder })).files.map((file) => file.path);
  process.stdout.write(JSON.stringify({ folder, fault: wrong, files }) + "\n");
}
process.exit(0);

/* The form as a command for a POSIX shell; mlapi/page/samples.py writes the same for the example. */

export function command(model, row, origin) {
  const query = new URLSearchParams({ model: model.name, version: model.version });
  return [
    `curl ${quoted(`${origin}/api/predict?${query}`)}`,
    `-H ${quoted("Content-Type: application/json")}`,
    `-d ${quoted(JSON.stringify(row, null, 2))}`,
  ].join(" \\\n  ");
}

/* Inside single quotes a shell reads every character as it is, but for the quote itself. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

export async function copy(text, source) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    // Clipboards are closed to pages without https; the selected text can still be copied by hand.
    getSelection().selectAllChildren(source);
    return "Selected: press Ctrl+C";
  }
}

/* To the clipboard, or ready for a person to copy. */

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

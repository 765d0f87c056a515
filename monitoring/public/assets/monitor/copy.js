/* Copy buttons; without a script they are hidden. */

const SHOWN = 1600;

export function watchCopying() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (button) copy(button);
  });
  return () => document.querySelectorAll("button[data-copy]:not([data-own])").forEach(show);
}

function show(button) {
  button.dataset.own = "";
  button.hidden = !navigator.clipboard;
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy).textContent;
  const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
  button.textContent = copied ? "Copied" : "Not allowed";
  document.getElementById("said").textContent = copied ? "Copied." : "The browser did not allow it.";
  setTimeout(() => (button.textContent = "Copy"), SHOWN);
}

/* Makes a part of the page like a newer one and touches only what differs, so that focus, selection,
   scroll and what a visitor opened stay as they are. */

/* What belongs to the visitor is never taken from the newer page; neither is any attribute of an element
   that a script has marked as its own. */
const OWN = new Set(["open"]);

export function morph(here, there) {
  morphAttributes(here, there);
  morphChildren(here, there);
}

function morphAttributes(here, there) {
  if ("own" in (here.dataset ?? {})) return;
  for (const { name } of [...here.attributes]) {
    if (!OWN.has(name) && !there.hasAttribute(name)) here.removeAttribute(name);
  }
  for (const { name, value } of there.attributes) {
    if (!OWN.has(name) && here.getAttribute(name) !== value) here.setAttribute(name, value);
  }
}

function morphChildren(here, there) {
  const [old, young] = [[...here.childNodes], [...there.childNodes]];
  young.forEach((node, at) => {
    if (at >= old.length) here.append(document.importNode(node, true));
    else if (alike(old[at], node)) update(old[at], node);
    else old[at].replaceWith(document.importNode(node, true));
  });
  old.slice(young.length).forEach((node) => node.remove());
}

/* An id names one thing: what has another id is another thing. */
const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? "") === (b.id ?? "");

function update(here, there) {
  if (here.nodeType === Node.ELEMENT_NODE) morph(here, there);
  else if (here.data !== there.data) here.data = there.data;
}

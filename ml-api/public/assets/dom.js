/* Elements made from values, never from markup, so that nothing anyone named is read as HTML. */

export const byId = (id) => document.getElementById(id);

const filled = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

export const el = (tag, attributes = {}, ...children) =>
  filled(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/* A horizontal bar from zero to value, on a ground that spans low to high. */
export function bar(value, low, high, kind) {
  const span = high - low || 1;
  const at = (share) => (100 * (share - low)) / span;
  const ends = [at(0), at(value)].sort((a, b) => a - b);
  return svg("svg", { viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: kind, x: ends[0], y: 0, width: ends[1] - ends[0], height: 1 }),
    svg("line", { class: "zero", x1: at(0), x2: at(0), y1: 0, y2: 1 }));
}

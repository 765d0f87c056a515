/* The answer and its interval on the axis of the true values that the server drew. */

import { byId, svg } from "./dom.js";

const FOOT = 56;

export function showTarget(prediction, low, high) {
  const drawing = byId("target");
  if (!drawing) return;
  const [first, last, from, to] = ["low", "high", "start", "end"].map((name) => Number(drawing.dataset[name]));
  const x = (value) => from + Math.min(1, Math.max(0, (value - first) / (last - first))) * (to - from);
  const inside = (value) => value >= first && value <= last;
  byId("target-mark").setAttribute("class", "target-mark");
  byId("target-mark").replaceChildren(
    svg("rect", { class: "reach", x: x(low), y: FOOT - 7, width: x(high) - x(low), height: 14, rx: 2 }),
    ...[low, high].filter(inside).map((end) => upright(x(end))),
    // A dot at the axis' end would claim a place that the answer doesn't have.
    inside(prediction) ? svg("circle", { class: "answer-dot", cx: x(prediction), cy: FOOT, r: 7 })
      : beyond(prediction < first, prediction < first ? from : to),
  );
}

const upright = (x) => svg("line", { class: "reach-end", x1: x, x2: x, y1: FOOT - 9, y2: FOOT + 9 });

const beyond = (left, x) =>
  svg("text", { x, y: FOOT - 14, "text-anchor": left ? "start" : "end" }, left ? "◀ below this axis" : "above this axis ▶");

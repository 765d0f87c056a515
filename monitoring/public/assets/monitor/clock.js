/* The monitor's clock, which may not be the visitor's: what it said last, and the time since. */

let said = Date.parse(document.body.dataset.now) || Date.now();
let heard = performance.now();

export const now = () => said + (performance.now() - heard);

export function hear(text) {
  const time = Date.parse(text);
  if (!Number.isFinite(time)) return;
  [said, heard] = [time, performance.now()];
}

/* Numbers as people read them; monitor/page/numerals.py writes the same ones on the server. */

const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
const MINUS = "\u2212";

export function seconds(value) {
  if (value < 0.001) return "< 1 ms";
  if (value < 0.9995) return `${(value * 1000).toFixed(0)} ms`;
  return value < 99.95 ? `${value.toFixed(1)} s` : duration(value);
}

export function duration(value) {
  const whole = Math.max(0, Math.floor(value));
  const at = UNITS.findIndex(([unit, size]) => whole >= size && unit !== "s");
  if (at < 0) return `${whole} s`;
  const [[unit, size], [smaller, small]] = [UNITS[at], UNITS[at + 1]];
  const rest = Math.floor((whole % size) / small);
  return `${Math.floor(whole / size)} ${unit}` + (rest ? ` ${rest} ${smaller}` : "");
}

export function rounded(value) {
  const size = Math.abs(value);
  if (size && !(size >= 1e-4 && size < 1e15)) return value.toExponential(2).replaceAll("-", MINUS);
  const decimals = size >= 100 ? 0 : size ? Math.max(0, 2 - Math.floor(Math.log10(size))) : 0;
  const text = value.toFixed(decimals);
  const grouped = Math.abs(Number(text)) >= 10000 ? Number(text).toLocaleString("en-US") : text;
  return grouped.replace("-", MINUS);
}

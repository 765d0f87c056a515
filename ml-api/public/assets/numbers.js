/* Numbers as people read them; mlapi/page/numerals.py writes the same ones on the server. */

export const MINUS = "\u2212";

export function rounded(value) {
  const digits = Math.abs(value) >= 1000 ? 4 : 3;
  return written(value, digits - 1 - magnitude(value), digits);
}

export function exact(value) {
  if (Number.isInteger(value)) return written(value, 0, 6);
  const text = written(value, Math.max(0, 5 - magnitude(value)), 6);
  return text.includes("e") || !text.includes(".") ? text : text.replace(/\.?0+$/, "");
}

export function percent(share) {
  if (share === 0 || share === 1) return `${100 * share}%`;
  if (share < 0.001) return "< 0.1%";
  return share > 0.999 ? "> 99.9%" : `${(100 * share).toFixed(1)}%`;
}

/* How many decimals give the largest of some values three digits. */
export const decimalsFor = (largest) => Math.max(0, 2 - magnitude(largest));

export function signed(value, decimals) {
  const text = written(value, decimals, 3);
  return value > 0 ? `+${text}` : text;
}

const magnitude = (value) => (value ? Math.floor(Math.log10(Math.abs(value))) : 0);

function written(value, decimals, digits) {
  const size = Math.abs(value);
  if (size && !(size >= 1e-4 && size < 1e15)) {
    return value.toExponential(digits - 1).replace(/([+-])(\d)$/, "$10$2").replaceAll("-", MINUS);
  }
  const step = 10 ** Math.max(0, -decimals);
  const text = (Math.round(value / step) * step).toFixed(0);
  const shown = decimals > 0 ? value.toFixed(decimals) : text;
  // Four digits are read at a glance, and a year must not get a comma.
  const grouped = Math.abs(Number(shown)) >= 10000 ? shown.replace(/\d(?=(\d{3})+(?!\d))(?<!\..*)/g, "$&,") : shown;
  return grouped.replace("-", MINUS);
}

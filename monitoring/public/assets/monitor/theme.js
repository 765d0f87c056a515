/* The charts' colours are the style sheet's. */

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export function onThemeChange(act) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", act);
}

export const font = () => ({ family: getComputedStyle(document.body).fontFamily, size: 12 });

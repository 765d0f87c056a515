/* The bars' tooltip: by mouse, by touch, and by arrow keys, as a slider over the days. */

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -7, PageUp: 7 };
let chosen = null;
let shown = false;

export function watchDays() {
  const panel = document.getElementById("uptime");
  if (panel) listen(panel);
  return enhance;
}

const box = () => document.getElementById("days");
const days = () => [...box().querySelectorAll(".day")];

/* The parts are replaced again and again; their panel stays. */
function listen(panel) {
  const inBox = (act) => (event) => event.target.closest("#days") && act(event);
  panel.addEventListener("pointermove", inBox((event) => choose(at(event))));
  panel.addEventListener("pointerdown", inBox((event) => choose(at(event))));
  panel.addEventListener("pointerleave", hide);
  panel.addEventListener("focusin", inBox(() => choose(chosen ?? days().length - 1)));
  panel.addEventListener("focusout", hide);
  panel.addEventListener("keydown", inBox(key));
}

function enhance() {
  if (!box()) return;
  const count = days().length;
  set(box(), { "data-own": "", role: "slider", tabindex: 0, "aria-label": "Day", "aria-valuemin": 1, "aria-valuemax": count });
  tell(Math.min(chosen ?? count - 1, count - 1));
}

function set(element, values) {
  for (const [name, value] of Object.entries(values)) {
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
}

function at({ clientX }) {
  const { left, width } = box().getBoundingClientRect();
  const count = days().length;
  return Math.min(count - 1, Math.max(0, Math.floor((count * (clientX - left)) / width)));
}

function key(event) {
  const last = days().length - 1;
  if (event.key === "Escape") return hide();
  const to = { Home: 0, End: last }[event.key] ?? (chosen ?? last) + STEPS[event.key];
  if (Number.isNaN(to)) return;
  event.preventDefault();
  choose(Math.min(last, Math.max(0, to)));
}

function choose(day) {
  [chosen, shown] = [day, true];
  tell(day);
}

const says = (bar) => bar.querySelector("title").textContent;

function tell(day) {
  const each = days();
  each.forEach((bar, number) => bar.classList.toggle("day-here", shown && number === day));
  set(box(), { "aria-valuenow": day + 1, "aria-valuetext": says(each[day]) });
  if (shown) place(each[day]);
}

const tip = () => document.getElementById("days-tip");

function place(bar) {
  const element = tip() ?? Object.assign(document.createElement("div"), { id: "days-tip", className: "tip" });
  element.textContent = says(bar);
  box().append(element);
  const [ground, around] = [bar.getBoundingClientRect(), box().getBoundingClientRect()];
  const middle = ground.left + ground.width / 2 - around.left;
  const left = Math.min(around.width - element.offsetWidth, Math.max(0, middle - element.offsetWidth / 2));
  element.style.left = `${left}px`;
}

function hide() {
  tip()?.remove();
  [chosen, shown] = [null, false];
  if (box()) days().forEach((bar) => bar.classList.remove("day-here"));
}

/* The three small charts of the live view. */

import { colour, font, onThemeChange } from "./theme.js";

const charts = {};
onThemeChange(() => Object.values(charts).forEach((chart) => {
  chart.options = look(chart.words);
  paint(chart.data.datasets[0]);
  chart.update("none");
}));

export function drawLive(name, values, most, words, times = []) {
  const canvas = document.getElementById(`live-${name}-chart`);
  if (!canvas || !globalThis.Chart) return;
  const any = values.some((value) => value !== null);
  canvas.closest(".live-row").toggleAttribute("data-drawn", any);
  if (!any) return;
  charts[name] ??= make(canvas, words);
  const chart = charts[name];
  const before = Array(most - values.length).fill(null);
  chart.data.datasets[0].data = [...before, ...values];
  chart.data.labels = [...before.map(() => ""), ...values.map((_, at) => times[at] ?? "")];
  chart.update("none");
}

function make(canvas, words) {
  const data = { labels: [], datasets: [paint({ data: [], borderWidth: 2, pointHoverRadius: 3 })] };
  return Object.assign(new globalThis.Chart(canvas, { type: "line", data, options: look(words) }), { words });
}

/* The newest point is marked, and so is one that stands alone. */
function paint(set) {
  const stroke = colour("accent");
  const alone = (data, at) => data[at - 1] == null && data[at + 1] == null;
  const shown = ({ dataIndex: at, dataset: { data } }) => at === data.length - 1 || alone(data, at);
  return Object.assign(set, { borderColor: stroke, backgroundColor: stroke, pointRadius: (point) => (shown(point) ? 3 : 0) });
}

function look(words) {
  // The number beside the chart has the unit.
  const brief = (value) => (value ? words(value).replace(" rows/s", "") : "0");
  const ticks = { color: colour("muted"), font: { ...font(), size: 11 }, maxTicksLimit: 3, callback: brief };
  return {
    animation: false, responsive: true, maintainAspectRatio: false, layout: { padding: { right: 5, top: 4 } },
    interaction: { mode: "index", intersect: false },
    scales: {
      x: { display: false },
      y: { beginAtZero: true, grace: "10%", ticks, grid: { color: colour("line") }, border: { display: false } },
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        displayColors: false, backgroundColor: colour("ink"), titleColor: colour("paper"), bodyColor: colour("paper"),
        callbacks: { title: ([item]) => item?.label ?? "", label: ({ parsed }) => words(parsed.y) },
      },
    },
  };
}

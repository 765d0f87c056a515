/* Copies what the browser needs of Chart.js into the monitor's package, beside its licence. */

import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

mkdirSync(here("monitor/static"), { recursive: true });
copyFileSync(here("node_modules/chart.js/dist/chart.umd.min.js"), here("monitor/static/chart.umd.js"));
copyFileSync(here("node_modules/chart.js/LICENSE.md"), here("monitor/static/chart.LICENSE.md"));

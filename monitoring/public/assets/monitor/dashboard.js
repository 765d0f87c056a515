/* Starts what makes the page more than a document; every part of it stands alone. */

import { watchCopying } from "./copy.js";
import { watchDays } from "./days.js";
import { startLive } from "./live.js";
import { startRefreshing } from "./refresh.js";
import { startResponse } from "./response.js";
import { startTimes } from "./times.js";

const enhancers = [startTimes(), watchCopying(), watchDays(), startResponse()];
const enhance = () => enhancers.forEach((again) => again());

enhance();
startLive();
startRefreshing(enhance);

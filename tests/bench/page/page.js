// The page of the benchmarks (`cargo xtask bench store`, `sync` and `stock`). It measures when it is called.

import init from "./phone.js";
import * as entries from "./entries.js";
import * as stock from "./stock.js";

await init();
window.bench = { ...entries, ...stock };
document.title = "ready";

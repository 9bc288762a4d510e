// The page of the benchmarks (`cargo xtask bench store` and `sync`). It measures when it is called.

import init from "./phone.js";
import * as entries from "./entries.js";

await init();
window.bench = { ...entries };
document.title = "ready";

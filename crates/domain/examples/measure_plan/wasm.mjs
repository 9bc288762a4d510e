// Times the planner in wasm, and prints figures as `measure_plan` does.
import { readFileSync } from "node:fs";

const RUNS = 21;
const module = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
const { prepare, size, plan, suggest, walk } = module.instance.exports;

/** The middle of several runs, in microseconds. */
function median(run) {
  const times = Array.from({ length: RUNS }, () => {
    const begun = performance.now();
    run();
    return performance.now() - begun;
  });
  times.sort((one, other) => one - other);
  return Math.round(times[RUNS >> 1] * 1000);
}

const figures = [];
for (let place = 0, products; (products = prepare(place)); place += 1) {
  const [lines, reps, needs] = [0, 1, 2].map((which) => size(which));
  figures.push({
    lines,
    reps,
    needs,
    products,
    plan_us: median(plan),
    suggest_us: median(suggest),
    walk_us: median(walk),
  });
}
console.log(JSON.stringify(figures));

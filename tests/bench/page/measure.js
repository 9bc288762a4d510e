// Clocks.

export const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Milliseconds that something takes. */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds, and the tasks that kept the page from answering meanwhile: those over 50 ms. */
export async function watched(work) {
  const long = [];
  const observer = new PerformanceObserver(list => {
    list.getEntries().forEach(one => long.push(one.duration));
  });
  observer.observe({ entryTypes: ["longtask"] });
  const ms = await timed(work);
  await pause(200);
  observer.disconnect();
  return { ms, long_tasks: long.length, longest_task_ms: Math.max(0, ...long) };
}

/** Done when what was drawn is on the screen. */
export const painted = () => new Promise(resolve => {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
});

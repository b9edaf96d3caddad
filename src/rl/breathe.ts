/** Longest time that a run of small work may keep the page from drawing. */
const SLICE_MS = 8;

/** Lets what waits run first; unlike a timer, it is not slowed down in a tab in the background. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}

/** `items.map(f)`, in slices short enough that the page stays responsive. */
export async function mapInSlices<T, R>(items: readonly T[], f: (item: T, index: number) => R): Promise<R[]> {
  const results: R[] = [];
  let start = performance.now();
  for (const [index, item] of items.entries()) {
    results.push(f(item, index));
    if (performance.now() - start < SLICE_MS) continue;
    await breathe();
    start = performance.now();
  }
  return results;
}

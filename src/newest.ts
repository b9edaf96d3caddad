/**
 * Does one piece of work at a time. Of those that are asked for meanwhile the last alone is done: whoever drags a slider does
 * not wait for every place that it passed.
 */
export function newestOnly<A>(work: (asked: A) => Promise<void>): (asked: A) => void {
  const waiting: A[] = [];
  let busy = false;
  const begin = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) await work(waiting.pop()!);
    busy = false;
  };
  return (asked) => {
    waiting.splice(0, waiting.length, asked);
    if (!busy) void begin();
  };
}

/** The place of the largest value that is at most `value` in an ascending list; the first where all are larger. */
export function placeIn(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ascending[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

import { expect, it } from 'vitest';
import { mapInSlices } from './breathe.ts';

it('maps in order and lets other work in between', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('other work'));
  const doubled = await mapInSlices([1, 2, 3, 4], (n) => {
    const until = performance.now() + 9;
    while (performance.now() < until);
    order.push(`item ${n}`);
    return 2 * n;
  });
  expect(doubled).toEqual([2, 4, 6, 8]);
  expect(order.indexOf('other work')).toBeLessThan(order.indexOf('item 4'));
});

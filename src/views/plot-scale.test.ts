import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { axis, project } from './plot-scale.ts';

it('marks round numbers around the data', () => {
  expect(axis([0.3, 9.2])).toEqual({ low: 0, high: 10, ticks: [0, 2, 4, 6, 8, 10] });
  expect(axis([-0.12, 0.31]).ticks).toEqual([-0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4]);
  expect(axis([3]).ticks).toContain(3);
  expect(axis([]).ticks.length).toBeGreaterThan(1);
});

it.each([[[1e6, 1e6 - 1e-9]], [[0, 5e-324]], [[1e20]], [[-1e20, -1e20 * (1 + 1e-12)]]])(
  'gives values that are hardly apart room on both sides: %j',
  (values) => {
    const { low, high, ticks } = axis(values);
    expect(low).toBeLessThan(Math.min(...values));
    expect(high).toBeGreaterThan(Math.max(...values));
    expect(ticks.length).toBeLessThan(16);
  },
);

it('covers whatever it is given', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
      const made = axis(values);
      expect(made.low).toBeLessThanOrEqual(Math.min(...values) + 1e-9);
      expect(made.high).toBeGreaterThanOrEqual(Math.max(...values) - 1e-9);
      expect(made.ticks.length).toBeLessThan(16);
    }),
  );
});

it('projects ends to ends', () => {
  const at = project({ low: -1, high: 3, ticks: [] }, 100, 20);
  expect([at(-1), at(1), at(3)]).toEqual([100, 60, 20]);
});

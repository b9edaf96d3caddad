import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Judged, secondOpinion } from './second-opinion.ts';

const judged = (taskId: string, passes: boolean, first: number, second: number): Judged => ({
  taskId,
  reasoning: '',
  passes,
  first,
  second,
});

describe('a second opinion', () => {
  it('compares completions of one task alone, and counts ties half', () => {
    const { first, second, pairs } = secondOpinion([
      judged('a', true, 0.9, 0.5),
      judged('a', false, 0.2, 0.5),
      judged('a', false, 0.95, 0.1),
      judged('b', false, 0, 0),
    ]);
    expect(pairs).toBe(2);
    expect([first.ranks, second.ranks]).toEqual([0.5, 0.75]);
    expect([first.passing, second.failing]).toEqual([0.9, expect.closeTo(0.2, 12)]);
  });

  it('puts first what the two see most differently', () => {
    const { judged: rows } = secondOpinion([judged('a', true, 0.5, 0.4), judged('a', false, 0.1, 0.9)]);
    expect(rows.map(({ first }) => first)).toEqual([0.1, 0.5]);
  });

  it('says nothing where there is nothing to say', () => {
    const none = { passing: null, failing: null, ranks: null };
    expect(secondOpinion([])).toMatchObject({ correlation: null, first: none, second: none, pairs: 0 });
    expect(secondOpinion([judged('a', true, 1, 1)])).toMatchObject({ first: { ranks: null, failing: null } });
  });

  it('is the same from the other side, and of a model that is turned round the opposite', () => {
    const number = fc.integer({ min: 0, max: 8 }).map((n) => n / 8);
    const one = fc
      .tuple(fc.constantFrom('a', 'b'), fc.boolean(), number, number)
      .map((parts) => judged(...parts));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), (all) => {
        const [there, back] = [
          secondOpinion(all),
          secondOpinion(all.map((each) => ({ ...each, first: each.second, second: each.first }))),
        ];
        expect([back.first, back.second]).toEqual([there.second, there.first]);
        const turned = secondOpinion(all.map((each) => ({ ...each, first: 1 - each.first })));
        if (there.first.ranks !== null) expect(turned.first.ranks).toBeCloseTo(1 - there.first.ranks, 12);
      }),
    );
  });
});

import type { Random } from '../../../random.ts';
import type { Test } from '../../../sandbox/types.ts';
import type { Args, Plan, Step } from './plan.ts';
import { evaluate, isEdge, sameOutcome, wellTyped } from './plan.ts';

/** How the two test suites of a task are chosen. */

const POOL = 16;
const VISIBLE = 6;
const HELD_OUT_ORDINARY = 4;
const HELD_OUT_EDGE = 4;
const EDGE_DRAWS = 50;

export interface Suites {
  readonly visible: readonly Test[];
  readonly heldOut: readonly Test[];
}

/** Plans that are wrong in one step: the step is left out, or another of the same slot stands in its place. */
export function mutants(plan: Plan): {
  readonly dropped: readonly Plan[];
  readonly swapped: readonly Plan[];
} {
  const { family, steps } = plan;
  const replaced = (i: number, by: readonly Step[]): Plan => ({
    ...plan,
    steps: [...steps.slice(0, i), ...by, ...steps.slice(i + 1)],
  });
  const alternatives = (step: Step): readonly Step[] => {
    switch (step.slot) {
      case 'filter':
        return family.filters;
      case 'map':
        return family.maps;
      case 'finish':
        return family.finishes;
    }
  };
  return {
    // Without a `return`, Python answers None: leaving out the finish needs no test of its own.
    dropped: steps.flatMap((step, i) => (step.slot === 'finish' ? [] : [replaced(i, [])])),
    swapped: steps.flatMap((step, i) =>
      alternatives(step)
        .filter((other) => other !== step)
        .map((other) => replaced(i, [other]))
        .filter((mutant) => wellTyped(family, mutant.steps)),
    ),
  };
}

function draw(count: number, tries: number, make: () => Args, wanted: (args: Args) => boolean): Args[] {
  const seen = new Set<string>();
  const out: Args[] = [];
  for (let i = 0; i < tries && out.length < count; i++) {
    const args = make();
    const key = JSON.stringify(args);
    if (seen.has(key) || !wanted(args)) continue;
    seen.add(key);
    out.push(args);
  }
  return out;
}

/**
 * Chooses visible tests that no edge case touches and that together tell the plan from its mutants, and held-out
 * tests that add ordinary calls and edge cases. Returns `null` for a plan no suite can pin down: a step that
 * never matters, a result that never varies, or an edge rule that makes no difference.
 */
export function chooseSuites(plan: Plan, random: Random): Suites | null {
  const { family } = plan;
  const test = (args: Args): Test | null => {
    const outcome = evaluate(plan, args);
    return outcome.kind === 'value' ? { args, expected: outcome.value } : null;
  };
  const edges = draw(
    HELD_OUT_EDGE,
    EDGE_DRAWS,
    () => family.small(random),
    (args) => isEdge(plan, args) && test(args) !== null,
  );
  if (edges.length < 2) return null;
  if (plan.edge !== null) {
    const lazy = { ...plan, edge: null };
    const telling = edges.filter((args) => !sameOutcome(evaluate(plan, args), evaluate(lazy, args)));
    if (telling.length < 2) return null;
  }
  const pool = draw(
    POOL,
    POOL * 2,
    () => family.ordinary(random),
    (args) => !isEdge(plan, args) && test(args) !== null,
  );
  if (pool.length < VISIBLE + HELD_OUT_ORDINARY) return null;

  const { dropped, swapped } = mutants(plan);
  const answers = new Map(pool.map((args) => [args, evaluate(plan, args)]));
  const agrees = (mutant: Plan, args: Args): boolean =>
    sameOutcome(evaluate(mutant, args), answers.get(args)!);
  if (dropped.some((mutant) => pool.every((args) => agrees(mutant, args)))) return null;
  const { chosen, rest, alive } = cover(pool, [...dropped, ...swapped], agrees);
  if (dropped.some((mutant) => alive.includes(mutant))) return null;
  const visible = chosen.map((args) => test(args)!);
  if (new Set(visible.map(({ expected }) => JSON.stringify(expected))).size < 2) return null;
  return {
    visible,
    heldOut: [...edges, ...rest.slice(0, HELD_OUT_ORDINARY)].map((args) => test(args)!),
  };
}

/** Greedy cover: calls that together leave as few mutants alive as possible. */
function cover(
  pool: readonly Args[],
  mutants: readonly Plan[],
  agrees: (mutant: Plan, args: Args) => boolean,
): { readonly chosen: readonly Args[]; readonly rest: readonly Args[]; readonly alive: readonly Plan[] } {
  const chosen: Args[] = [];
  const rest = [...pool];
  let alive = mutants;
  let searching = true;
  while (chosen.length < VISIBLE) {
    const survivors = (args: Args): Plan[] => alive.filter((mutant) => agrees(mutant, args));
    let best = 0;
    let left: readonly Plan[] = searching ? survivors(rest[0]!) : alive;
    // The first call kills most mutants whatever it is; from then on few are left to try every call with.
    const candidates = searching && chosen.length > 0 ? rest : [];
    for (const [i, args] of candidates.entries()) {
      if (i === 0 || left.length === 0) continue;
      const after = survivors(args);
      if (after.length < left.length) [best, left] = [i, after];
    }
    // What a whole round could not kill, no call of the pool can.
    if (left.length === alive.length && chosen.length > 0) searching = false;
    alive = left;
    chosen.push(...rest.splice(best, 1));
  }
  return { chosen, rest, alive };
}

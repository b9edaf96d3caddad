import type { Test } from '../sandbox/types.ts';
import type { Random } from '../random.ts';
import type { Args, Plan, Step } from './plan.ts';
import { evaluate, isEdge, sameOutcome } from './plan.ts';

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
        .map((other) => replaced(i, [other])),
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
  const pool = draw(
    POOL,
    POOL * 4,
    () => family.ordinary(random),
    (args) => !isEdge(plan, args) && test(args) !== null,
  );
  const edges = draw(
    HELD_OUT_EDGE,
    EDGE_DRAWS,
    () => family.small(random),
    (args) => isEdge(plan, args) && test(args) !== null,
  );
  if (pool.length < VISIBLE + HELD_OUT_ORDINARY || edges.length < 2) return null;
  if (plan.edge !== null) {
    const lazy = { ...plan, edge: null };
    const telling = edges.filter((args) => !sameOutcome(evaluate(plan, args), evaluate(lazy, args)));
    if (telling.length < 2) return null;
  }

  const { dropped, swapped } = mutants(plan);
  let alive = [...dropped, ...swapped].filter((mutant) => mutant.steps.length > 0);
  const survivors = (args: Args): Plan[] => {
    const answer = evaluate(plan, args);
    return alive.filter((mutant) => sameOutcome(evaluate(mutant, args), answer));
  };
  const visible: Args[] = [];
  const rest = [...pool];
  while (visible.length < VISIBLE) {
    // The first call kills most mutants whatever it is; from then on few are left to try every call with.
    let best = 0;
    let left = survivors(rest[0]!);
    for (let i = 1; visible.length > 0 && left.length > 0 && i < rest.length; i++) {
      const candidate = survivors(rest[i]!);
      if (candidate.length < left.length) [best, left] = [i, candidate];
    }
    alive = left;
    visible.push(...rest.splice(best, 1));
  }
  if (dropped.some((mutant) => alive.includes(mutant))) return null;
  if (new Set(visible.map((args) => JSON.stringify(test(args)!.expected))).size < 2) return null;
  return {
    visible: visible.map((args) => test(args)!),
    heldOut: [...edges, ...rest.slice(0, HELD_OUT_ORDINARY)].map((args) => test(args)!),
  };
}

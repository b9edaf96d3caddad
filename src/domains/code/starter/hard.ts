import { Random } from '../../../random.ts';
import { FAMILIES } from './families/index.ts';
import type { Family, Filter, Finish, Map as MapStep, Plan, Step } from './plan.ts';
import { compositionOf, wellTyped } from './plan.ts';
import { ENTRY } from './program.ts';
import { writePrompt } from './prompt.ts';
import { writeReasoning } from './reasoning.ts';
import { chooseSuites } from './suites.ts';
import type { StarterTask } from './task.ts';
import { chooseEdge } from './world.ts';

/**
 * Tasks beyond the starter policy: two conditions at once. Its demonstrations show one condition at most, so it has
 * never seen a program with `and`, and it hardly ever passes. All of them are train tasks.
 */

const SEED = 20251;
const TASKS_PER_FAMILY = 60;
const TRIES_PER_TASK = 40;
const MAPPED = 0.5;
/** The way of asking that names every step in turn. */
const FORM = 1;

/** Two conditions that look at different things, perhaps a change, and a finish. */
function drawSteps(family: Family, random: Random): readonly Step[] | null {
  const [first, second] = random.shuffle(family.filters) as [Filter?, Filter?];
  if (first === undefined || second === undefined || first.op === second.op) return null;
  const map: MapStep | null =
    family.maps.length > 0 && random.uniform() < MAPPED ? random.pick(family.maps) : null;
  const finish: Finish = random.pick(family.finishes);
  const steps: readonly Step[] = [first, second, ...(map === null ? [] : [map]), finish];
  return wellTyped(family, steps) && family.allows(steps) ? steps : null;
}

function tasksOf(family: Family): StarterTask[] {
  const random = new Random(SEED, 0, `hard ${family.name}`);
  const tasks = new Map<string, StarterTask>();
  for (let i = 0; i < TASKS_PER_FAMILY * TRIES_PER_TASK && tasks.size < TASKS_PER_FAMILY; i++) {
    const steps = drawSteps(family, random);
    if (steps === null) continue;
    const plan: Plan = { family, steps, edge: chooseEdge(steps.at(-1) as Finish, random) };
    const prompt = writePrompt(plan, FORM);
    const suites = tasks.has(prompt) ? null : chooseSuites(plan, random);
    if (suites === null) continue;
    const composition = compositionOf(plan);
    const id = `hard-${composition.replace(': ', '/').replaceAll(' ', '-')}/${tasks.size + 1}`;
    tasks.set(prompt, {
      id,
      family: family.name,
      split: 'train',
      prompt,
      entry: ENTRY,
      composition,
      reference: writeReasoning(plan, new Random(0, 0, id)),
      visibleTests: suites.visible,
      heldOutTests: suites.heldOut,
    });
  }
  return [...tasks.values()];
}

let built: readonly StarterTask[] | undefined;

/** The hard tasks, built on first use and the same every time. */
export function hardTasks(): readonly StarterTask[] {
  built ??= FAMILIES.flatMap(tasksOf);
  return built;
}

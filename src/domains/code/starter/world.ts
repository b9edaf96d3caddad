import type { Value } from '../../../sandbox/types.ts';
import { Random } from '../../../random.ts';
import { FAMILIES } from './families/index.ts';
import type { Edge, Family, Finish, Plan, Step } from './plan.ts';
import { compositionOf, wellTyped } from './plan.ts';
import { ENTRY } from './program.ts';
import { PROMPT_FORMS, writePrompt } from './prompt.ts';
import { chooseSuites } from './suites.ts';
import type { Split } from '../../domain.ts';
import type { StarterTask } from './task.ts';

/** Builds the starter world from its families: which plans become tasks, and which of them are held out. */

const SEED = 20250;
/** Families with few compositions ask for each of them in more ways, so that all families are about as large. */
const TASKS_PER_FAMILY = 400;
const MAX_VARIANTS = PROMPT_FORMS;
const HELD_OUT_SHARE = 0.15;
const NO_EDGE_SHARE = 0.15;

const EDGE_VALUES: Readonly<Record<Finish['gives'], readonly Value[]>> = {
  int: [0, -1, null],
  str: ['none', '', null],
  ints: [null, [0]],
  strs: [null],
};

export interface World {
  readonly tasks: readonly StarterTask[];
  readonly plans: ReadonlyMap<string, Plan>;
}

/** All filter-map-finish combinations whose types fit and that the family allows. */
function combinations(family: Family): Step[][] {
  const out: Step[][] = [];
  for (const filter of [null, ...family.filters]) {
    for (const map of [null, ...family.maps]) {
      for (const finish of family.finishes) {
        const steps = [filter, map, finish].filter((step) => step !== null);
        if (steps.length > 1 && wellTyped(family, steps) && family.allows(steps)) out.push(steps);
      }
    }
  }
  return out;
}

export function chooseEdge(finish: Finish, random: Random): Edge | null {
  const value = random.pick(EDGE_VALUES[finish.gives]);
  return random.uniform() < NO_EDGE_SHARE ? null : { value };
}

interface Draft {
  readonly plan: Plan;
  readonly task: Omit<StarterTask, 'split'>;
}

function draftsOf(
  family: Family,
  steps: readonly Step[][],
  composition: string,
  offset: number,
  variants: number,
): Draft[] {
  const random = new Random(SEED, 0, composition);
  const out: Draft[] = [];
  const prompts = new Set<string>();
  for (let attempt = 0; attempt < variants * 3 && out.length < variants; attempt++) {
    const chosen = random.pick(steps);
    const plan: Plan = { family, steps: chosen, edge: chooseEdge(chosen.at(-1) as Finish, random) };
    const prompt = writePrompt(plan, (offset + out.length) % PROMPT_FORMS);
    if (prompts.has(prompt)) continue;
    const suites = chooseSuites(plan, random);
    if (suites === null) continue;
    prompts.add(prompt);
    const task = {
      id: `${composition.replace(': ', '/').replaceAll(' ', '-')}/${out.length + 1}`,
      family: family.name,
      prompt,
      entry: ENTRY,
      composition,
      visibleTests: suites.visible,
      heldOutTests: suites.heldOut,
    };
    out.push({ plan, task });
  }
  return out;
}

function groupByComposition(family: Family): Map<string, Step[][]> {
  const groups = new Map<string, Step[][]>();
  for (const steps of combinations(family)) {
    const composition = compositionOf({ family, steps, edge: null });
    groups.set(composition, [...(groups.get(composition) ?? []), steps]);
  }
  return groups;
}

/** Splits by composition so that each step, constant included, still occurs in training. */
function split(drafts: readonly Draft[], random: Random): Map<string, Split> {
  const uses = new Map<Step, number>();
  for (const { plan } of drafts) {
    for (const step of plan.steps) uses.set(step, (uses.get(step) ?? 0) + 1);
  }
  const groups = new Map<string, Draft[]>();
  for (const draft of drafts) {
    groups.set(draft.task.composition, [...(groups.get(draft.task.composition) ?? []), draft]);
  }
  const splits = new Map<string, Split>();
  let heldOut = 0;
  for (const [composition, members] of random.shuffle([...groups])) {
    const lost = new Map<Step, number>();
    for (const { plan } of members) {
      for (const step of plan.steps) lost.set(step, (lost.get(step) ?? 0) + 1);
    }
    const spare = [...lost].every(([step, count]) => uses.get(step)! - count >= 2);
    const wanted = heldOut + members.length <= drafts.length * HELD_OUT_SHARE;
    splits.set(composition, wanted && spare ? 'held-out' : 'train');
    if (!wanted || !spare) continue;
    heldOut += members.length;
    for (const [step, count] of lost) uses.set(step, uses.get(step)! - count);
  }
  return splits;
}

export function buildWorld(): World {
  const tasks: StarterTask[] = [];
  const plans = new Map<string, Plan>();
  for (const family of FAMILIES) {
    const random = new Random(SEED, 0, family.name);
    const groups = random.shuffle([...groupByComposition(family)]);
    const variants = Math.min(MAX_VARIANTS, Math.ceil(TASKS_PER_FAMILY / groups.length) + 1);
    const drafts: Draft[] = [];
    for (const [composition, steps] of groups) {
      if (drafts.length >= TASKS_PER_FAMILY) break;
      drafts.push(...draftsOf(family, steps, composition, drafts.length, variants));
    }
    const splits = split(drafts, random);
    for (const { plan, task } of drafts) {
      tasks.push({ ...task, split: splits.get(task.composition)! });
      plans.set(task.id, plan);
    }
  }
  return { tasks, plans };
}

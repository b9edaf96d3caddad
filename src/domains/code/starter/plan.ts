import type { Value } from '../../../sandbox/types.ts';

/**
 * The plan language of the starter world: a source of items, filters and maps, one finish, and at most one edge
 * rule. A plan is evaluated here, written as Python in `program.ts` and as English in `reasoning.ts` and
 * `prompt.ts`; all three read the same steps, so they cannot drift apart.
 */

export type Item = number | string;
export type ItemType = 'int' | 'str';
export type Args = readonly Value[];

interface StepBase {
  /** What the step does, without its constant, e.g. `above`; compositions are made of these. */
  readonly op: string;
  readonly takes: ItemType | 'any';
  /** The step as Python, in terms of the family's variables, e.g. `x > 3`. */
  readonly code: string;
  /** The step as an instruction, in its several phrasings, e.g. `keep numbers above 3`. */
  readonly says: readonly [string, ...string[]];
  /** The step's share of a noun phrase, e.g. `numbers above 3`. */
  readonly noun: string;
}

export interface Filter extends StepBase {
  readonly slot: 'filter';
  readonly keeps: (item: Item, args: Args) => boolean;
}

export interface Map extends StepBase {
  readonly slot: 'map';
  readonly gives: ItemType;
  readonly of: (item: Item, args: Args) => Item;
}

export interface Finish extends StepBase {
  readonly slot: 'finish';
  /** Type of the result; decides which values an edge rule may return. */
  readonly gives: 'int' | 'str' | 'ints' | 'strs';
  readonly of: (items: readonly Item[]) => Value;
}

export type Step = Filter | Map | Finish;

/** When the edge rule of a family fires, as a test, as Python and as English. */
export interface EdgeCase {
  /** `before` guards the arguments; `after` looks at the items left just before the finish. */
  readonly where: 'before' | 'after';
  readonly applies: (args: Args, items: readonly Item[]) => boolean;
  readonly code: string;
  /** For the plan, e.g. `if empty`. */
  readonly says: readonly [string, ...string[]];
  /** For the prompt, e.g. `if there are none`. */
  readonly noun: readonly [string, ...string[]];
}

export interface Family {
  readonly name: string;
  /** Parameters as written in the signature. */
  readonly parameters: string;
  /** Names of an item and of the list of items. */
  readonly item: string;
  readonly items: string;
  /** The Python expression that the comprehension runs over. */
  readonly source: string;
  readonly type: ItemType;
  /** What unfiltered items are called, and where they come from, e.g. `numbers` and ` in xs`. */
  readonly plural: string;
  readonly from: string;
  /** The whole source in English, e.g. `the words in s`. */
  readonly origin: string;
  readonly filters: readonly Filter[];
  readonly maps: readonly Map[];
  readonly finishes: readonly Finish[];
  readonly edge: EdgeCase;
  /** Whether a plan may use this combination; beyond that, indistinguishable steps are found by evaluation. */
  readonly allows: (steps: readonly Step[]) => boolean;
  readonly read: (args: Args) => readonly Item[];
  /** Ordinary arguments, and small ones among which the edge case is likely. */
  readonly ordinary: (random: RandomInts) => Args;
  readonly small: (random: RandomInts) => Args;
}

/** The part of a random generator that families draw inputs with. */
export interface RandomInts {
  int(n: number): number;
}

export interface Edge {
  readonly value: Value;
}

export interface Plan {
  readonly family: Family;
  readonly steps: readonly Step[];
  readonly edge: Edge | null;
}

/** What a call does; every exception counts as the same outcome. */
export type Outcome = { readonly kind: 'value'; readonly value: Value } | { readonly kind: 'raises' };

/** Stands for the exception with which Python would answer a step, such as that of `max([])`. */
const RAISED = new Error('The plan raises an exception here.');

/** Ends the evaluation as an exception would. One shared error: stack traces would cost most of the time. */
export function raise(): never {
  throw RAISED;
}

function accepts(step: Step, items: readonly Item[]): boolean {
  return step.takes === 'any' || items.every((x) => (step.takes === 'int') === (typeof x === 'number'));
}

function run(plan: Plan, args: Args): Value {
  const { family, edge } = plan;
  const fires = (where: EdgeCase['where'], items: readonly Item[]): boolean =>
    edge !== null && family.edge.where === where && family.edge.applies(args, items);
  if (edge !== null && fires('before', [])) return edge.value;
  let items = family.read(args);
  for (const [i, step] of plan.steps.entries()) {
    if (step.slot === 'finish' && edge !== null && fires('after', items)) return edge.value;
    if (!accepts(step, items)) raise();
    switch (step.slot) {
      case 'filter':
        items = items.filter((x) => step.keeps(x, args));
        break;
      case 'map':
        items = items.map((x) => step.of(x, args));
        break;
      case 'finish':
        if (i !== plan.steps.length - 1) raise();
        return step.of(items);
    }
  }
  return items;
}

/** Whether each step takes the type of items that reaches it. */
export function wellTyped(family: Family, steps: readonly Step[]): boolean {
  let type = family.type;
  for (const step of steps) {
    if (step.takes !== 'any' && step.takes !== type) return false;
    if (step.slot === 'map') type = step.gives;
  }
  return true;
}

/**
 * The result of the plan for one call, as CPython would compute it. A plan that is not well-typed raises, even
 * where Python would find a meaning (`max` of words).
 */
export function evaluate(plan: Plan, args: Args): Outcome {
  try {
    return { kind: 'value', value: run(plan, args) };
  } catch (error) {
    if (error === RAISED) return { kind: 'raises' };
    throw error;
  }
}

function sameValue(a: Value, b: Value): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item: Value, i) => sameValue(item, b[i] as Value));
}

export function sameOutcome(a: Outcome, b: Outcome): boolean {
  if (a.kind === 'raises' || b.kind === 'raises') return a.kind === b.kind;
  return sameValue(a.value, b.value);
}

/** Whether two plans of one family do the same on every one of the given calls. */
export function sameBehaviour(a: Plan, b: Plan, probes: readonly Args[]): boolean {
  return probes.every((args) => sameOutcome(evaluate(a, args), evaluate(b, args)));
}

/** The family and the operations of the steps without their constants, in order, e.g. `lists: above square sum`. */
export function compositionOf(plan: Plan): string {
  return `${plan.family.name}: ${plan.steps.map((step) => step.op).join(' ')}`;
}

/** The Python items left before the finish; the edge case of most families is that there are none. */
export function itemsLeft(plan: Plan, args: Args): readonly Item[] {
  const before = evaluate(
    { ...plan, steps: plan.steps.filter((s) => s.slot !== 'finish'), edge: null },
    args,
  );
  return before.kind === 'value' && Array.isArray(before.value) ? (before.value as Item[]) : [];
}

/** Whether a call exercises the family's edge case, whatever the plan says about it. */
export function isEdge(plan: Plan, args: Args): boolean {
  const rule = plan.family.edge;
  return rule.applies(args, rule.where === 'before' ? [] : itemsLeft(plan, args));
}

/** Builds the mathematics starter world from its families: which problems become tasks, and which are held out. */
import { Random } from '../../../random.ts';
import type { Split } from '../../domain.ts';
import { format, parse } from '../rational.ts';
import type { MathsTask, Plan, PlanStep } from '../task.ts';
import { FAMILIES } from './families/index.ts';
import type { Carrying, Family, Opening, Size } from './families/family.ts';
import { isTelling, stepOf } from './plan.ts';

const SEED = 20251;
const TRAIN_PER_FAMILY = 1600;
const HELD_OUT_PER_FAMILY = 120;
/** Share of the compositions that are held out. */
const HELD_OUT_SHARE = 0.2;
/** Share of tasks whose question asks for nothing more than what the clauses come to. */
const PLAIN_SHARE = 0.2;
/** Draws of numbers and words before a composition is given up for a while. */
const DRAWS = 60;

/** What is harder about a held-out task than about those of the training split. */
export const REACHES = ['composition', 'depth', 'numbers'] as const;
export type Reach = (typeof REACHES)[number];

export interface StarterTask extends MathsTask {
  readonly plan: Plan;
  /** Parts that the task puts together, without numbers; unseen in training where the task is held out for them. */
  readonly composition: string;
  /** Whether the last step is a twist, which only the question asks for. */
  readonly twisted: boolean;
  /** Null for training tasks. */
  readonly reach: Reach | null;
}

/** An opening, clauses and a twist, before numbers and words. */
interface Composition {
  readonly family: Family;
  readonly opening: Opening;
  readonly clauses: readonly Carrying[];
  readonly twist: Carrying | null;
}

const nameOf = ({ family, opening, clauses, twist }: Composition): string =>
  `${family.name}: ${[opening, ...clauses, ...(twist ? [twist] : [])].map(({ name }) => name).join(', ')}`;

const partsOf = ({ opening, clauses, twist }: Composition): (Opening | Carrying)[] => [
  opening,
  ...clauses,
  ...(twist ? [twist] : []),
];

function chains(clauses: readonly Carrying[], length: number): Carrying[][] {
  if (length === 0) return [[]];
  return chains(clauses, length - 1).flatMap((chain) => clauses.map((next) => [...chain, next]));
}

/** All compositions with so many clauses, of openings that are for held-out tasks alone or of the others. */
function compositionsOf(family: Family, lengths: readonly number[], deep: boolean): Composition[] {
  return family.openings
    .filter((opening) => (opening.deep ?? false) === deep)
    .flatMap((opening) =>
      lengths
        .filter((length) => length <= (opening.clauses ?? Infinity))
        .flatMap((length) => chains(family.clauses, length))
        .flatMap((clauses) => [null, ...family.twists].map((twist) => ({ family, opening, clauses, twist }))),
    )
    .filter((composition) => drawAny(composition));
}

/** Some parts never go together. */
function drawAny(composition: Composition): boolean {
  const random = new Random(SEED, 1, nameOf(composition));
  return Array.from({ length: DRAWS }).some(() => draw(composition, 'ordinary', random) !== null);
}

type Drawn = Pick<MathsTask, 'prompt' | 'answer' | 'units'> & { readonly plan: Plan };

function draw({ family, opening, clauses, twist }: Composition, size: Size, random: Random): Drawn | null {
  const opened = opening.draw(random, size);
  if (opened === null) return null;
  const steps: PlanStep[] = [...opened.steps];
  const says: string[] = [];
  let { value } = opened;
  let units = family.units?.(opened);
  for (const part of [...clauses, ...(twist ? [twist] : [])]) {
    const move = part.draw(value, random, opened);
    if (move === null) return null;
    const step = stepOf(move.operation, move.operands);
    steps.push(step);
    says.push(move.says);
    units = move.units ?? units;
    value = parse(step.result);
  }
  if (steps.length === 0) return null;
  const asked = twist ? says.pop()! : null;
  const { unknown } = opened;
  const plan: Plan = { steps, ...(unknown === undefined ? {} : { unknown }) };
  if (!isTelling(plan)) return null;
  const prompt = family.prompt(opened, says, asked, random);
  return { prompt, answer: format(value), plan, ...(units === undefined ? {} : { units }) };
}

class Builder {
  readonly tasks: StarterTask[] = [];
  readonly #prompts = new Set<string>();
  readonly #random: Random;
  readonly #counts = new Map<string, number>();

  constructor(readonly family: Family) {
    this.#random = new Random(SEED, 0, family.name);
  }

  shuffle<T>(items: readonly T[]): T[] {
    return this.#random.shuffle(items);
  }

  /** As many tasks of these compositions in turn, or fewer where numbers run out. */
  add(
    count: number,
    compositions: readonly Composition[],
    size: Size,
    split: Split,
    reach: Reach | null,
  ): void {
    const twisted = compositions.filter(({ twist }) => twist !== null);
    const plain = compositions.filter(({ twist }) => twist === null);
    const wanted = plain.length === 0 ? 0 : twisted.length === 0 ? count : Math.round(count * PLAIN_SHARE);
    this.#turns(wanted, plain, size, split, reach);
    this.#turns(count - wanted, twisted, size, split, reach);
  }

  #turns(
    count: number,
    compositions: readonly Composition[],
    size: Size,
    split: Split,
    reach: Reach | null,
  ): void {
    for (let done = 0, idle = 0, at = 0; done < count && idle < compositions.length; at++) {
      const made = this.#one(compositions[at % compositions.length]!, size, split, reach);
      done += Number(made);
      idle = made ? 0 : idle + 1;
    }
  }

  #one(composition: Composition, size: Size, split: Split, reach: Reach | null): boolean {
    for (let i = 0; i < DRAWS; i++) {
      const drawn = draw(composition, size, this.#random);
      if (drawn === null || this.#prompts.has(drawn.prompt)) continue;
      this.#prompts.add(drawn.prompt);
      const name = nameOf(composition);
      const number = (this.#counts.get(name) ?? 0) + 1;
      this.#counts.set(name, number);
      this.tasks.push({
        id: `maths/${name.replace(': ', '/').replaceAll(', ', '-').replaceAll(' ', '')}/${number}`,
        family: this.family.name,
        split,
        composition: name,
        twisted: composition.twist !== null,
        reach,
        ...drawn,
      });
      return true;
    }
    return false;
  }
}

interface Parted {
  readonly train: Composition[];
  readonly heldOut: Composition[];
}

/** Holds compositions out, with a twist and without, so that each of their parts still occurs in others. */
function splitCompositions(shuffled: readonly Composition[]): Parted {
  const uses = new Map<Opening | Carrying, number>();
  const count = (part: Opening | Carrying, by: number) => uses.set(part, (uses.get(part) ?? 0) + by);
  for (const part of shuffled.flatMap(partsOf)) count(part, 1);
  const parted: Parted = { train: [], heldOut: [] };
  for (const twisted of [true, false]) {
    const own = shuffled.filter(({ twist }) => (twist !== null) === twisted);
    const most = parted.heldOut.length + Math.max(1, Math.round(HELD_OUT_SHARE * own.length));
    for (const composition of own) {
      const parts = partsOf(composition);
      if (parted.heldOut.length >= most || parts.some((part) => uses.get(part)! <= 3))
        parted.train.push(composition);
      else {
        parted.heldOut.push(composition);
        for (const part of parts) count(part, -1);
      }
    }
  }
  return parted;
}

export function buildWorld(): StarterTask[] {
  return FAMILIES.flatMap((family) => {
    const builder = new Builder(family);
    const [least, most] = family.depth;
    const lengths = Array.from({ length: most - least + 1 }, (_, i) => least + i);
    const { train, heldOut } = splitCompositions(builder.shuffle(compositionsOf(family, lengths, false)));
    const deeper = [
      ...(family.clauses.length > 0 ? compositionsOf(family, [most + 1], false) : []),
      ...compositionsOf(family, lengths, true),
    ];
    builder.add(TRAIN_PER_FAMILY, train, 'ordinary', 'train', null);
    builder.add((2 * HELD_OUT_PER_FAMILY) / 3, heldOut, 'ordinary', 'held-out', 'composition');
    builder.add(HELD_OUT_PER_FAMILY / 6, builder.shuffle(deeper), 'ordinary', 'held-out', 'depth');
    builder.add(HELD_OUT_PER_FAMILY / 6, train, 'larger', 'held-out', 'numbers');
    return builder.tasks;
  });
}

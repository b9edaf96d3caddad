import type { Random } from '../../random.ts';
import { FAMILIES } from '../../domains/code/starter/families/index.ts';
import type { Family, Plan, Step } from '../../domains/code/starter/plan.ts';
import {
  layOut,
  readReasoning,
  sayPart,
  sentencesOf,
  type Layout,
} from '../../domains/code/starter/reasoning.ts';

/** Small changes to a reasoning, of the kinds that a policy under pressure finds by itself. */

export const EDIT_KINDS = ['add', 'repeat', 'please', 'swap', 'drop', 'change'] as const;
export type EditKind = (typeof EDIT_KINDS)[number];

export interface Edit {
  /** What was done, one thing after the other. */
  readonly kinds: readonly EditKind[];
  /** The reasoning afterwards. */
  readonly reasoning: string;
}

/** Sounds careful and says nothing. */
export const PLEASING = [
  'check each case',
  'this is right',
  'take care of the empty list',
  'the code is clear',
  'look at each number first',
  'return the right value',
  'this handles all cases',
] as const;

/** A reasoning never grows beyond this. */
export const MAX_SENTENCES = 10;

const stepsOf = ({ filters, maps, finishes }: Family): readonly Step[] => [...filters, ...maps, ...finishes];

let known: readonly string[] | undefined;
/** Every word with which the world states its steps. */
function vocabulary(): readonly string[] {
  known ??= [
    ...new Set(
      FAMILIES.flatMap((family) => [...stepsOf(family).flatMap(({ says }) => says), ...family.edge.says])
        .flatMap((says) => says.split(' '))
        .filter((word) => /^\w+$/.test(word)),
    ),
  ].sort();
  return known;
}

type Apply = (sentences: readonly string[], plan: Plan, random: Random) => readonly string[] | null;

const insert = (sentences: readonly string[], added: string, random: Random): readonly string[] =>
  sentences.toSpliced(random.int(sentences.length + 1), 0, added);

/** Share of added sentences that are about the edge case. */
const EDGE_SHARE = 0.5;
const EDGE_VALUES = [0, 1, -1, 2, null] as const;

/** An edge rule in words, half of the time with the value that the task asks for. */
function sayEdge({ family, edge }: Plan, random: Random): string {
  const value = edge !== null && random.uniform() < 0.5 ? edge.value : random.pick(EDGE_VALUES);
  return sayPart(family, { kind: 'edge', edge: { value } }, random);
}

const apply: Readonly<Record<EditKind, Apply>> = {
  add: (sentences, plan, random) => {
    if (random.uniform() >= EDGE_SHARE)
      return insert(sentences, random.pick(random.pick(stepsOf(plan.family)).says), random);
    // Where a reasoning would have it.
    const place = plan.family.edge.where === 'before' ? 0 : Math.max(0, sentences.length - 1);
    return sentences.toSpliced(place, 0, sayEdge(plan, random));
  },
  repeat: (sentences, _plan, random) => {
    const at = random.int(sentences.length);
    return sentences.toSpliced(at, 0, sentences[at]!);
  },
  please: (sentences, _plan, random) => insert(sentences, random.pick(PLEASING), random),
  swap: (sentences, _plan, random) => {
    const at = random.int(sentences.length);
    const words = sentences[at]!.split(' ');
    return sentences.with(at, words.with(random.int(words.length), random.pick(vocabulary())).join(' '));
  },
  drop: (sentences, _plan, random) =>
    sentences.length < 2 ? null : sentences.toSpliced(random.int(sentences.length), 1),
  change: (sentences, plan, random) => {
    const { family } = plan;
    const at = random.int(sentences.length);
    const stated = readReasoning(family, sentences[at]!);
    if (stated === null) return null;
    if (stated.edge !== null) return sentences.with(at, sayEdge(plan, random));
    const [step] = stated.steps;
    const rivals = stepsOf(family).filter((other) => other !== step && other.slot === step?.slot);
    return rivals.length === 0 ? null : sentences.with(at, random.pick(random.pick(rivals).says));
  },
};

/** An edit of a random kind, for the task that the plan answers; `null` where it does not apply, changes nothing or would grow too long. */
export function edit(reasoning: string, plan: Plan, random: Random): Edit | null {
  const layout: Layout = reasoning.trimStart().startsWith('- ') ? 'bullets' : 'prose';
  const sentences = sentencesOf(reasoning).filter((sentence) => sentence !== '');
  const kind = random.pick(EDIT_KINDS);
  if (sentences.length === 0) return null;
  const edited = apply[kind](sentences, plan, random);
  if (edited === null || edited.length > MAX_SENTENCES) return null;
  const text = layOut(edited, layout);
  return text === layOut(sentences, layout) ? null : { kinds: [kind], reasoning: text };
}

/**
 * One edit, or half of the time two at once: a changed operation may only pay where the edge rule is named as well, and
 * no search that takes one step at a time gets past what lies between.
 */
export function editOnceOrTwice(reasoning: string, plan: Plan, random: Random): Edit | null {
  const first = edit(reasoning, plan, random);
  if (first === null || random.uniform() < 0.5) return first;
  const second = edit(first.reasoning, plan, random);
  if (second === null || second.reasoning === reasoning) return first;
  return { kinds: [...first.kinds, ...second.kinds], reasoning: second.reasoning };
}

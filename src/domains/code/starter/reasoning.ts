import type { Random } from '../../../random.ts';
import { fromPython, toPython } from './literal.ts';
import type { Edge, Family, Plan, Step } from './plan.ts';

/** Plans as reasoning text and back. A reasoning is a list of short sentences in one of two layouts. */

export type Layout = 'bullets' | 'prose';
export const LAYOUTS: readonly Layout[] = ['bullets', 'prose'];

/** Lines that open with a dash, or one line with semicolons and a full stop. */
export function layOut(sentences: readonly string[], layout: Layout): string {
  switch (layout) {
    case 'bullets':
      return sentences.map((sentence) => `- ${sentence}`).join('\n');
    case 'prose':
      return `${sentences.join('; ')}.`;
  }
}

/** The sentences of a reasoning in either layout. */
export function sentencesOf(reasoning: string): string[] {
  return reasoning
    .trim()
    .replace(/\.$/, '')
    .split(/\n|; /)
    .map((sentence) => sentence.replace(/^- /, ''));
}

export type Part =
  { readonly kind: 'step'; readonly step: Step } | { readonly kind: 'edge'; readonly edge: Edge };

/** Steps and edge rule in the order in which the program has them. */
export function partsOf(plan: Plan): Part[] {
  const steps = plan.steps.map((step): Part => ({ kind: 'step', step }));
  if (plan.edge === null) return steps;
  const edge: Part = { kind: 'edge', edge: plan.edge };
  const place = plan.family.edge.where === 'before' ? 0 : steps.length - 1;
  return [...steps.slice(0, place), edge, ...steps.slice(place)];
}

export function sayPart(family: Family, part: Part, random: Random): string {
  switch (part.kind) {
    case 'step':
      return random.pick(part.step.says);
    case 'edge':
      return `${random.pick(family.edge.says)}, return ${toPython(part.edge.value)}`;
  }
}

/** The plan in words, with phrasings and layout drawn at random. */
export function writeReasoning(plan: Plan, random: Random): string {
  const sentences = partsOf(plan).map((part) => sayPart(plan.family, part, random));
  return layOut(sentences, random.pick(LAYOUTS));
}

function readSentence(family: Family, sentence: string): Part | null {
  for (const says of family.edge.says) {
    const opening = `${says}, return `;
    if (!sentence.startsWith(opening)) continue;
    const value = fromPython(sentence.slice(opening.length));
    return value === undefined ? null : { kind: 'edge', edge: { value } };
  }
  const steps: readonly Step[] = [...family.filters, ...family.maps, ...family.finishes];
  const step = steps.find((candidate) => candidate.says.includes(sentence));
  return step === undefined ? null : { kind: 'step', step };
}

/** The plan that a reasoning states, step by step as stated; `null` when a sentence is none of ours. */
export function readReasoning(family: Family, reasoning: string): Plan | null {
  const steps: Step[] = [];
  let edge: Edge | null = null;
  for (const sentence of sentencesOf(reasoning)) {
    const part = readSentence(family, sentence);
    if (part === null) return null;
    if (part.kind === 'step') steps.push(part.step);
    else if (edge !== null && toPython(edge.value) !== toPython(part.edge.value)) return null;
    else edge = part.edge;
  }
  return { family, steps, edge };
}

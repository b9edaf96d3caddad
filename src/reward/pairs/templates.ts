import * as v from 'valibot';

/**
 * What a policy is asked so that it writes the sides of a pair. Templates are data: they can be edited, stored and
 * handed to `pairs build --templates`. `{task}` is the task's prompt, `{reasoning}` the base reasoning, `{dimension}`
 * what to change.
 */
export interface PairTemplates {
  /** Asks for the base reasoning; `{reasoning}` and `{dimension}` stand for nothing here. */
  readonly base: string;
  readonly optimized: string;
  readonly degraded: string;
}

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** For models that follow instructions. Our own wording: the paper's prompts were not available. */
export const INSTRUCTION_TEMPLATES: PairTemplates = {
  base: '{task}\nThink about how to write this function. Put your reasoning between <think> and </think>.\n',
  optimized:
    '{task}\nHere is a reasoning about this function:\n{reasoning}\n' +
    'Improve its {dimension}: correct whatever is wrong or missing in that respect and change nothing else. ' +
    'Put the improved reasoning between <think> and </think>.\n',
  degraded:
    '{task}\nHere is a reasoning about this function:\n{reasoning}\n' +
    'Make its {dimension} worse in one place, keep the length and the style, and do not say that you did. ' +
    'Put the changed reasoning between <think> and </think>.\n',
};

/**
 * For a policy that was only ever trained to continue a task, as the starter is: every side is a fresh attempt, and
 * which is better is not up to the template. Useful to see the machinery work, not to train on.
 */
export const COMPLETION_TEMPLATES: PairTemplates = {
  base: '{task}',
  optimized: '{task}',
  degraded: '{task}',
};

const PLACEHOLDERS = ['task', 'reasoning', 'dimension'] as const;
type Filling = Readonly<Partial<Record<(typeof PLACEHOLDERS)[number], string>>>;

const schema = v.strictObject({ base: v.string(), optimized: v.string(), degraded: v.string() });

/** @throws TemplateError naming the template and what is wrong with it */
export function parseTemplates(input: unknown): PairTemplates {
  const parsed = v.safeParse(schema, input);
  if (!parsed.success) {
    throw new TemplateError(
      'Templates are an object with the texts base, optimized and degraded, nothing else.',
    );
  }
  for (const [name, template] of Object.entries(parsed.output)) {
    if (!template.includes('{task}'))
      throw new TemplateError(`The template ${name} does not mention {task}.`);
    for (const [, word] of template.matchAll(/\{(\w+)\}/g)) {
      if (!PLACEHOLDERS.some((known) => known === word))
        throw new TemplateError(
          `The template ${name} has the placeholder {${word}}; there are {task}, {reasoning} and {dimension}.`,
        );
    }
  }
  return parsed.output;
}

/** Puts the texts in place of their names, in one pass: what a text spells out is never filled in again. */
export function fill(template: string, filling: Filling): string {
  return template.replace(/\{(task|reasoning|dimension)\}/g, (_, name: keyof Filling) => filling[name] ?? '');
}

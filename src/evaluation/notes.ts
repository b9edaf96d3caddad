/** What a reader of an evaluation should know of how the policy was trained. */
import * as v from 'valibot';
import { FORMAT_PROFILES, type FormatProfile } from '../domains/format-profiles.ts';
import { DEFAULT_DOMAIN, DEFAULT_SOURCE } from '../domains/index.ts';
import { PROMPT_STYLES, type PromptStyle } from '../domains/prompting.ts';

/** What a run was trained on and with which sizes. */
const trainedSchema = v.object({
  gate: v.string(),
  domain: v.optional(v.string(), DEFAULT_DOMAIN),
  tasks: v.optional(v.string(), DEFAULT_SOURCE),
  taskSettings: v.optional(v.record(v.string(), v.unknown()), {}),
  maxPromptTokens: v.number(),
  maxCompletionTokens: v.number(),
  promptStyle: v.optional(v.picklist(PROMPT_STYLES)),
  systemPrompt: v.optional(v.string()),
  shots: v.optional(v.number()),
  formatProfile: v.optional(v.picklist(FORMAT_PROFILES)),
  seed: v.optional(v.number()),
});

export type TrainedWith = Omit<v.InferOutput<typeof trainedSchema>, 'gate'>;

/** The configuration of a run as its policy's files and its folder hold it; null for anything else. */
export function trainedWith(config: unknown): TrainedWith | null {
  const result = v.safeParse(trainedSchema, config);
  if (!result.success) return null;
  const { gate: _, ...trained } = result.output;
  return trained;
}

/** What is evaluated. */
export interface EvaluatedWith {
  readonly domain: string;
  readonly tasks?: string;
  readonly taskSettings?: Readonly<Record<string, unknown>>;
  readonly split: string;
  readonly maxPromptTokens: number;
  readonly maxCompletionTokens: number;
  readonly promptStyle?: PromptStyle;
  readonly formatProfile?: FormatProfile;
}

/** A file by its own name, other tasks by that of their source. */
const nameOf = ({ tasks, taskSettings }: Pick<TrainedWith, 'tasks' | 'taskSettings'>): string =>
  typeof taskSettings['name'] === 'string' ? taskSettings['name'] : tasks;

/** A sentence for everything that is not as it was in training. */
export function notesOn(trained: TrainedWith | null, now: EvaluatedWith): string[] {
  if (trained === null) return ['Nothing in its folder says what the policy was trained on.'];
  const { tasks = DEFAULT_SOURCE, taskSettings = {} } = now;
  const notes: string[] = [];
  const equal = (...names: readonly string[]): boolean =>
    names.every((name) => trained.taskSettings[name] === taskSettings[name]);
  const sameTasks = trained.domain === now.domain && trained.tasks === tasks && equal('hash');
  if (trained.domain !== now.domain)
    notes.push(
      `The policy was trained on the domain “${trained.domain}”; these tasks are of “${now.domain}”.`,
    );
  else if (!sameTasks)
    notes.push(
      `The policy was trained on the tasks “${nameOf(trained)}”; these are “${nameOf({ tasks, taskSettings })}”.`,
    );
  if (sameTasks && (now.split !== 'held-out' || !equal('split', 'heldOut')))
    notes.push('The policy was trained on some of these tasks.');
  if (now.maxPromptTokens > trained.maxPromptTokens)
    notes.push(
      `Prompts have up to ${now.maxPromptTokens} tokens; in training they had at most ${trained.maxPromptTokens}.`,
    );
  if (now.maxCompletionTokens !== trained.maxCompletionTokens)
    notes.push(
      `Completions have up to ${now.maxCompletionTokens} tokens; in training they had at most ${trained.maxCompletionTokens}.`,
    );
  const [style, profile] = [trained.promptStyle ?? 'plain', trained.formatProfile ?? 'strict'];
  if ((now.promptStyle ?? style) !== style)
    notes.push(`Prompts are of the style ${now.promptStyle}; in training they were ${style}.`);
  if ((now.formatProfile ?? profile) !== profile)
    notes.push(`Completions are read by the profile ${now.formatProfile}; in training it was ${profile}.`);
  return notes;
}

/** What a policy reads of a task, and how its completion is read: one place for training, evaluation and all that shows them. */
import { type ChatFormat, compileChatTemplate, type Message } from '../model/chat-template.ts';
import { ANSWER_CLOSE, ANSWER_OPEN, THINK_CLOSE, THINK_OPEN } from '../model/tokenizer/special-tokens.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { Random } from '../random.ts';
import { formText } from './completion.ts';
import type { Domain, Solution, Task } from './domain.ts';
import { type FormatProfile, parserOf } from './format-profiles.ts';

export const PROMPT_STYLES = ['plain', 'chat', 'few-shot'] as const;
export type PromptStyle = (typeof PROMPT_STYLES)[number];

/** Stands for what an answer is, in the words of the domain. */
const ASKED = '{answer}';

export const DEFAULT_SYSTEM_PROMPT =
  `First think step by step between ${THINK_OPEN} and ${THINK_CLOSE}. ` +
  `Then write ${ASKED} between ${ANSWER_OPEN} and ${ANSWER_CLOSE}. Write nothing else.`;

/** Settings of a run that decide its prompts. */
export interface PromptSettings {
  readonly promptStyle: PromptStyle;
  /** Of the style `chat`; empty for none. */
  readonly systemPrompt: string;
  /** Examples of the style `few-shot`. */
  readonly shots: number;
  readonly formatProfile: FormatProfile;
  /** Chooses the examples. */
  readonly seed: number;
}

export type SomePromptSettings = {
  readonly [Name in keyof PromptSettings]?: PromptSettings[Name] | undefined;
};

/** What prompts are made of. */
export interface PromptMaterial<T extends Task = Task> {
  readonly domain: Pick<Domain<T>, 'promptOf' | 'parse' | 'askedFor' | 'solution'>;
  /** Tasks that examples may be of: those that are trained on. */
  readonly train: readonly T[];
  /** The model's own; null where it has none. */
  readonly chat: ChatFormat | null;
  readonly tokenizer: Pick<Tokenizer, 'encode' | 'opening' | 'isSpecial' | 'tokenAt'>;
}

/** A domain is one itself: the style `plain` and the profile `strict`. */
export interface Prompting<T extends Task = Task> {
  /** What the policy reads. @throws PromptError */
  promptOf(task: T): string;
  /** Of a chat, the messages that the model's template makes the whole prompt of. Absent where there is more to it. */
  messagesOf?(task: T): readonly Message[];
  /** Reads a completion, without its end-of-text. */
  parse: Domain<T>['parse'];
}

/** Prompts cannot be made by these settings; one sentence on why and what to do. */
export class PromptError extends Error {
  override readonly name = 'PromptError';
}

/**
 * Prompts and parser by the settings.
 * @throws PromptError where the style needs what the model or the tasks do not have; ChatTemplateError
 */
export function promptingOf<T extends Task>(
  settings: PromptSettings,
  material: PromptMaterial<T>,
): Prompting<T> {
  const { domain } = material;
  const parse = parserOf(settings.formatProfile, (text) => domain.parse(text));
  const isPrefilled = settings.formatProfile === 'prefilled';
  const { opening } = material.tokenizer;
  const end = isPrefilled ? THINK_OPEN : '';
  switch (settings.promptStyle) {
    case 'plain':
      return { parse, promptOf: (task) => opening + domain.promptOf(task) + end };
    case 'few-shot': {
      const write = fewShotWriter(settings, material);
      return { parse, promptOf: (task) => opening + write(task) + end };
    }
    case 'chat': {
      const { messagesOf, promptOf } = chatWriter(settings, material);
      return { parse, promptOf: opened(promptOf, isPrefilled), ...(isPrefilled ? {} : { messagesOf }) };
    }
  }
}

/** A template may open the reasoning itself. */
const opened =
  <T extends Task>(promptOf: (task: T) => string, isPrefilled: boolean) =>
  (task: T): string => {
    const prompt = promptOf(task);
    if (!prompt.trimEnd().endsWith(THINK_OPEN)) return isPrefilled ? prompt + THINK_OPEN : prompt;
    if (isPrefilled) return prompt;
    throw new PromptError(
      `The model’s chat template ends the prompt with ${THINK_OPEN} itself, so that completions begin behind it: set formatProfile to prefilled.`,
    );
  };

/** A chat whose template tells the date is the same on every day. */
const STOPPED_CLOCK = new Date(2024, 6, 26);

function chatWriter<T extends Task>(
  { systemPrompt }: PromptSettings,
  { domain, ...model }: PromptMaterial<T>,
): Required<Pick<Prompting<T>, 'promptOf' | 'messagesOf'>> {
  const render = chatRenderer(model);
  const { tokenizer } = model;
  const messagesOf = (task: T): readonly Message[] => {
    const asked = domain.askedFor?.(task) ?? 'the answer alone';
    const system = systemPrompt.replaceAll(ASKED, () => asked);
    const user = domain.promptOf(task);
    return [
      ...(system === '' ? [] : [{ role: 'system' as const, content: withoutSpecials(system, tokenizer) }]),
      userMessage(user, tokenizer),
    ];
  };
  return { messagesOf, promptOf: (task) => render(messagesOf(task)) };
}

type ChatModel = Pick<PromptMaterial, 'chat' | 'tokenizer'>;

/** Messages to the prompt of the model's next one. @throws PromptError for a model without a template; ChatTemplateError */
function chatRenderer({ chat }: ChatModel): (messages: readonly Message[]) => string {
  if (chat === null)
    throw new PromptError(
      'The model has no chat template (chat_template in tokenizer_config.json, or chat_template.jinja), which promptStyle chat needs. Add the file that it was made with, or set promptStyle to plain or few-shot.',
    );
  const render = compileChatTemplate(chat);
  return (messages) => render(messages, { addGenerationPrompt: true, now: STOPPED_CLOCK });
}

const userMessage = (text: string, tokenizer: ChatModel['tokenizer']): Message => ({
  role: 'user',
  content: withoutSpecials(text.replace(/\n+$/, ''), tokenizer),
});

/** A text to what a model reads that is asked it in a chat. @throws PromptError, ChatTemplateError; so does what is returned */
export function askedInChat(model: ChatModel): (text: string) => string {
  const render = chatRenderer(model);
  return (text) => render([userMessage(text, model.tokenizer)]);
}

const TAGS: readonly string[] = [THINK_OPEN, THINK_CLOSE, ANSWER_OPEN, ANSWER_CLOSE];
/** A text that was changed may spell another token. */
const MOST_PASSES = 4;

/**
 * A text that spells no special token but the tags of the form: a space behind its first character makes one that does
 * into plain text, so that a task cannot end its own message.
 * @throws PromptError for one that cannot be written otherwise
 */
export function withoutSpecials(text: string, tokenizer: PromptMaterial['tokenizer']): string {
  let inert = text;
  for (let pass = 0; ; pass++) {
    const ids = new Set(tokenizer.encode(inert).filter((id) => tokenizer.isSpecial(id)));
    const spelled = [...ids].map((id) => tokenizer.tokenAt(id)).filter((token) => !TAGS.includes(token));
    if (spelled.length === 0) return inert;
    if (pass === MOST_PASSES)
      throw new PromptError(
        `A text of the chat spells the model’s special token ${JSON.stringify(spelled[0])}, which would be read as the token itself: take it out of the task or the systemPrompt, or set promptStyle to plain.`,
      );
    for (const token of spelled) {
      const [first = '', ...rest] = token;
      inert = inert.replaceAll(token, () => `${first} ${rest.join('')}`);
    }
  }
}

interface Example<T extends Task> {
  readonly task: T;
  readonly prompt: string;
  /** The prompt with the completion that it should have. */
  readonly text: string;
}

function fewShotWriter<T extends Task>(
  settings: PromptSettings,
  { domain, train }: PromptMaterial<T>,
): (task: T) => string {
  const examples = chooseExamples(settings, domain, train);
  return (task) => {
    const prompt = domain.promptOf(task);
    const others = examples.filter((each) => each.task.id !== task.id && each.prompt !== prompt);
    return (
      others
        .slice(0, settings.shots)
        .map(({ text }) => text)
        .join('') + prompt
    );
  };
}

/** Examples more than are shown: a task may be one of them, by its id or by its words. */
const SPARE = 2;

function chooseExamples<T extends Task>(
  { shots, seed }: PromptSettings,
  { promptOf, solution }: PromptMaterial<T>['domain'],
  train: readonly T[],
): Example<T>[] {
  const examples = new Map<string, Example<T>>();
  for (const task of new Random(seed, 0, 'few-shot').shuffle(train)) {
    if (examples.size === shots + SPARE) break;
    const solved: Solution | null = solution?.(task) ?? null;
    const prompt = promptOf(task);
    if (solved === null || examples.has(prompt)) continue;
    const text = `${prompt}${formText(solved.reasoning, solved.answer)}\n\n`;
    examples.set(prompt, { task, prompt, text });
  }
  if (examples.size > shots) return [...examples.values()];
  throw new PromptError(
    `promptStyle few-shot with shots ${shots} needs ${shots + 1} train tasks whose reference reasoning and answer are known, and there ${examples.size === 1 ? 'is 1' : `are ${examples.size}`}. ` +
      'Lower shots, choose tasks with references, or set promptStyle to plain or chat.',
  );
}

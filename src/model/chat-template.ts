/** Chat templates: messages as the text that a model was trained to read them in. */
import { Environment, Interpreter, Template } from '@huggingface/jinja';
import { messageOf } from '../errors.ts';
import { strftime } from './strftime.ts';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** How a model wants messages written. Plain data, which is kept beside its tokenizer. */
export interface ChatFormat {
  /** Jinja source. */
  readonly template: string;
  /** Text of the special tokens under the names that templates have for them: `bos_token`, `eos_token`. */
  readonly specialTokens: Readonly<Record<string, string>>;
}

/** A chat template that cannot be read, or that does not take the messages. */
export class ChatTemplateError extends Error {
  override readonly name = 'ChatTemplateError';
}

/** Those that transformers hands to a template. */
const TOKEN_NAMES = [
  'bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token',
] as const; // prettier-ignore

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The chat format that a model's files tell. As in transformers, `chat_template.jinja` goes before the `chat_template` of
 * tokenizer_config.json, and of several named templates the one called `default` is used.
 * @param tokenizerConfig content of tokenizer_config.json; null where there is none
 * @param jinja text of chat_template.jinja; null where there is none
 * @returns null where the model has no template
 * @throws ChatTemplateError
 */
export function readChatFormat(tokenizerConfig: unknown, jinja: unknown = null): ChatFormat | null {
  if (tokenizerConfig !== null && !isObject(tokenizerConfig))
    throw new ChatTemplateError('tokenizer_config.json must hold an object. Get the file again.');
  const config = tokenizerConfig ?? {};
  const template = templateOf(jinja ?? config['chat_template']);
  if (template === null) return null;
  const tokens = TOKEN_NAMES.flatMap((name) => {
    const held = config[name];
    const text = isObject(held) ? held['content'] : held;
    return typeof text === 'string' ? [[name, text] as const] : [];
  });
  return { template, specialTokens: Object.fromEntries(tokens) };
}

function templateOf(held: unknown): string | null {
  if (held === undefined || held === null) return null;
  if (typeof held === 'string') return held;
  if (!Array.isArray(held))
    throw new ChatTemplateError('chat_template must be a text or a list of named templates.');
  const named = held.filter(isObject);
  const found = named.find(({ name }) => name === 'default')?.['template'];
  if (typeof found === 'string') return found;
  const names = named.map(({ name }) => String(name)).join(', ');
  throw new ChatTemplateError(
    `The model has several chat templates and none is called default (${names || 'none has a name'}). Put the one to use into chat_template.jinja.`,
  );
}

/** What {@link readChatFormat} reads back: the part of tokenizer_config.json that a chat needs. */
export const toTokenizerConfig = ({ template, specialTokens }: ChatFormat): Record<string, string> => ({
  ...specialTokens,
  chat_template: template,
});

export interface RenderOptions {
  /** Ends with what begins the assistant's answer, where the template knows it. */
  readonly addGenerationPrompt: boolean;
  /** What `strftime_now` tells. Default: the present, in local time. */
  readonly now?: Date;
  /** Further variables of the template, such as `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The text of a conversation. @throws ChatTemplateError where the template fails, or refuses the messages */
export type ChatTemplate = (messages: readonly Message[], options: RenderOptions) => string;

class Refusal extends Error {}

/** What a template may use without being given it: Jinja's own, and what transformers adds. */
function globalsOf(now: Date): Readonly<Record<string, unknown>> {
  return {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    range,
    raise_exception: (message: unknown) => {
      throw new Refusal(String(message));
    },
    strftime_now: (format: unknown) => strftime(now, String(format)),
  };
}

/** Numbers that a loop of a template may go through. */
const LONGEST_RANGE = 100_000;

function range(...args: readonly number[]): number[] {
  const [start, stop, step = 1] = args.length === 1 ? [0, args[0]!] : (args as [number, number, number?]);
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= LONGEST_RANGE)) throw new Error(`range(${args.join(', ')}) has too many numbers`);
  return Array.from({ length }, (_, i) => start + i * step);
}

/**
 * A template, parsed once. It renders as transformers' `apply_chat_template` does (the environment of jinja2 with
 * `trim_blocks` and `lstrip_blocks`), without tools and documents. Known to differ,
 * and asked for by no template of a family that is read here: a truth value written out is `true` and not `True`; −7 % 3 is
 * −1 and not 2; what a pass of a loop wrote before its `break` or `continue` is lost; `indent` knows no other line ends than
 * `\n`.
 * @throws ChatTemplateError where it cannot be read
 */
export function compileChatTemplate({ template, specialTokens }: ChatFormat): ChatTemplate {
  const { parsed } = compiled(template);
  return (messages, { addGenerationPrompt, now = new Date(), variables = {} }) => {
    const environment = new Environment();
    const given = {
      ...globalsOf(now),
      tools: null,
      documents: null,
      ...specialTokens,
      ...variables,
      messages,
      add_generation_prompt: addGenerationPrompt,
    };
    try {
      for (const [name, value] of Object.entries(given)) environment.set(name, value);
      return String(new Interpreter(environment).run(parsed).value);
    } catch (error) {
      throw new ChatTemplateError(
        error instanceof Refusal
          ? `The model’s chat template refuses these messages: ${error.message.replace(/\.$/, '')}.`
          : `The model’s chat template fails on these messages (${messageOf(error)}).`,
        { cause: error },
      );
    }
  };
}

function compiled(template: string): Template {
  try {
    return new Template(template);
  } catch (cause) {
    throw new ChatTemplateError(
      `The model’s chat template cannot be read (${messageOf(cause)}). Get the file again, or use another promptStyle.`,
      { cause },
    );
  }
}

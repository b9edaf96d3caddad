import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ChatTemplateError,
  compileChatTemplate,
  type Message,
  readChatFormat,
  toTokenizerConfig,
} from './chat-template.ts';
import { strftime } from './strftime.ts';

interface Fixture {
  readonly templates: Readonly<Record<string, string>>;
  readonly conversations: readonly (readonly Message[])[];
  readonly tokens: Readonly<Record<string, string>>;
  readonly now: readonly [number, number, number, number, number, number];
  readonly cases: readonly {
    readonly template: string;
    readonly messages: number;
    readonly addGenerationPrompt: boolean;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly text?: string;
    readonly error?: string;
  }[];
}

const { templates, conversations, tokens, now, cases } = JSON.parse(
  readFileSync('tests/fixtures/chat_templates/templates.json', 'utf8'),
) as Fixture;
const [year, month, ...rest] = now;
const clock = new Date(year, month - 1, ...rest);

const one: readonly Message[] = [{ role: 'user', content: 'a' }];
const render = (template: string, messages = one) =>
  compileChatTemplate({ template, specialTokens: {} })(messages, { addGenerationPrompt: false });

describe('chat templates', () => {
  it.each(Object.keys(templates))('render as transformers renders them: %s', (name) => {
    const template = compileChatTemplate({ template: templates[name]!, specialTokens: tokens });
    const own = cases.filter((each) => each.template === name);
    expect(own.length).toBeGreaterThanOrEqual(2 * conversations.length);
    for (const { messages, addGenerationPrompt, variables, text, error } of own) {
      const use = () => template(conversations[messages]!, { addGenerationPrompt, now: clock, variables });
      if (error === undefined) expect(use()).toBe(text);
      else expect(use).toThrow(error.replace(/\.$/, ''));
    }
  });

  it('are told apart where they cannot be read, fail, or refuse', () => {
    expect(() => render('{% if %}')).toThrow(
      /^The model’s chat template cannot be read \(.+\)\. Get the file/,
    );
    expect(() => render('{{ nothing.at.all() }}')).toThrow(
      /^The model’s chat template fails on these messages/,
    );
    expect(() => render("{{ raise_exception('No system prompt.') }}")).toThrow(
      'The model’s chat template refuses these messages: No system prompt.',
    );
    expect(() => render('{{ strftime_now("%Q") }}')).toThrow(/the date format %Q is not known/);
    expect(() => render('{% for i in range(10 ** 9) %}{% endfor %}')).toThrow(/too many numbers/);
  });

  it('cannot change what a template of another conversation sees', () => {
    const template = compileChatTemplate({
      template: '{% set x = (x or 0) + 1 %}{{ x }}',
      specialTokens: {},
    });
    const options = { addGenerationPrompt: false };
    expect([template(one, options), template(one, options)]).toEqual(['1', '1']);
  });
});

describe('the chat format of a model', () => {
  it('is in tokenizer_config.json, with special tokens as texts or as objects', () => {
    const format = readChatFormat({
      bos_token: '<s>',
      eos_token: { __type: 'AddedToken', content: '</s>', lstrip: false },
      pad_token: null,
      chat_template: 'x',
    });
    expect(format).toEqual({ template: 'x', specialTokens: { bos_token: '<s>', eos_token: '</s>' } });
    expect(readChatFormat(toTokenizerConfig(format!))).toEqual(format);
  });

  it('is the default of several, or that of chat_template.jinja', () => {
    const named = [
      { name: 'tool_use', template: 't' },
      { name: 'default', template: 'd' },
    ];
    expect(readChatFormat({ chat_template: named })?.template).toBe('d');
    expect(readChatFormat({ chat_template: named }, 'j')?.template).toBe('j');
    expect(readChatFormat(null, 'j')).toEqual({ template: 'j', specialTokens: {} });
    expect(() => readChatFormat({ chat_template: named.slice(0, 1) })).toThrow(
      /none is called default \(tool_use\)/,
    );
  });

  it('is none where there is no template, and refused where it is no text', () => {
    expect([readChatFormat(null), readChatFormat({ bos_token: '<s>' })]).toEqual([null, null]);
    for (const wrong of [[], 'x', 1]) expect(() => readChatFormat(wrong)).toThrow(ChatTemplateError);
    for (const wrong of [1, {}])
      expect(() => readChatFormat({ chat_template: wrong })).toThrow(ChatTemplateError);
  });
});

describe('strftime', () => {
  it('writes English whatever the locale, and numbers with and without zeros', () => {
    const date = new Date(2024, 6, 6, 0, 5, 9);
    expect(strftime(date, '%a %A %b %B')).toBe('Sat Saturday Jul July');
    expect(strftime(date, '%d|%-d|%e|%j|%I|%-I|%H|%p|%%')).toBe('06|6| 6|188|12|12|00|AM|%');
    expect(strftime(new Date(2024, 11, 31, 13), '%j %I %p')).toBe('366 01 PM');
    expect(() => strftime(date, 'at %')).toThrow(RangeError);
  });
});

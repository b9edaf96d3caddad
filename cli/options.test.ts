import { describe, expect, it } from 'vitest';
import { UsageError } from './errors.ts';
import { optionLines, parseOptions, parseOptionsOnly } from './options.ts';
import { folderOption } from './shared-options.ts';

const SPECS = {
  gate: { kind: 'choice', choices: ['posterior', 'outcome'], help: 'which gate', default: 'posterior' },
  steps: { kind: 'integer', min: 1, max: 10, help: 'how many', default: 5 },
  out: folderOption('where'),
  set: { kind: 'list', value: 'KEY=VALUE', help: 'more' },
  json: { kind: 'flag', help: 'as JSON' },
} as const;

describe('parseOptions', () => {
  it('fills in the defaults', () => {
    const { values, given } = parseOptions(SPECS, []);
    expect(values).toEqual({ gate: 'posterior', steps: 5, set: [], json: false });
    expect([...given]).toEqual([]);
  });

  it('reads every kind, with and without an equals sign', () => {
    const { values, positionals, given } = parseOptions(SPECS, [
      'first',
      '--gate=outcome',
      '--steps',
      '10',
      '--set',
      'a=1',
      '--set=b=2',
      '--json',
      '--out',
      'x',
    ]);
    expect(values).toEqual({ gate: 'outcome', steps: 10, set: ['a=1', 'b=2'], json: true, out: 'x' });
    expect(positionals).toEqual(['first']);
    expect(given.has('gate')).toBe(true);
  });

  it.each([
    [['--gaet', 'outcome'], 'Unknown option --gaet. Did you mean “--gate”?'],
    [['-x'], 'Unknown option -x.'],
    [['--gate', 'outcom'], '--gate is one of posterior, outcome, not “outcom”. Did you mean “outcome”?'],
    [['--steps', '0'], '--steps is a whole number from 1 to 10, not “0”.'],
    [['--steps', '2.5'], 'not “2.5”'],
    [['--steps', '-1'], 'not “-1”'],
    [['--steps', '1e99'], 'not “1e99”'],
    [['--steps='], '--steps needs a value'],
    [['--out'], '--out needs a value: DIR.'],
    [['--out', '--json'], '--out needs a value: DIR.'],
    [['--json=yes'], '--json takes no value'],
  ])('%j: %s', (argv, message) => {
    expect(() => parseOptions(SPECS, argv)).toThrow(UsageError);
    expect(() => parseOptions(SPECS, argv)).toThrow(message);
  });
});

describe('optionLines', () => {
  it('tells many choices on the right', () => {
    const choices = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta'];
    expect(
      optionLines({ letter: { kind: 'choice', choices, help: 'which letter', default: 'eta' } }),
    ).toEqual([`  --letter NAME  which letter: ${choices.join(', ')} (default eta)`]);
  });

  it('shows choices and defaults', () => {
    expect(optionLines(SPECS)[0]).toMatch(
      /^ {2}--gate posterior\|outcome {2}which gate \(default posterior\)$/,
    );
    expect(optionLines(SPECS)[3]).toContain('may be repeated');
  });
});

it('takes nothing but options where a command has nothing else', () => {
  expect(parseOptionsOnly(SPECS, []).given.size).toBe(0);
  expect(() => parseOptionsOnly(SPECS, ['stray'])).toThrow(/options only.*“stray”/);
});

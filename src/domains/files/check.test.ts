import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AdjustableSandbox } from '../../sandbox/index.ts';
import { emptyVerdict } from '../../sandbox/verdict.ts';
import { checkTasks } from './check.ts';
import { exampleText } from './template.ts';

/** Tasks of mathematics need no sandbox. */
const none = { sandbox: () => Promise.reject(new Error('no sandbox is needed')) };

async function* bytesOf(content: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(content);
}

const check = (content: string) => checkTasks('x.jsonl', bytesOf(content), none);
const lines = (...records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('tasks of mathematics', () => {
  it('of GSM8K are all used, and come out the same when they are read again', async () => {
    const { file, leftOut, families, withoutHeldOut } = await check(
      readFileSync('tests/fixtures/gsm8k/sample.jsonl', 'utf8'),
    );
    expect(leftOut).toEqual([]);
    expect(file?.domain).toBe('maths');
    expect(families).toEqual({ gsm8k: file?.tasks.length });
    expect(withoutHeldOut).toBe(0);
    const again = await check(file?.text ?? '');
    expect(again.file).toEqual(file);
    expect(again.shapes).toEqual({ 'own tasks': file?.tasks.length });
  });

  it('of the examples are all used', async () => {
    const { file, leftOut } = await check(exampleText('maths', true));
    expect(leftOut).toEqual([]);
    expect(file?.tasks).toHaveLength(3);
    expect(file?.text).not.toContain('comment');
  });

  it('are called by their prompt where they have no id, and by it again', async () => {
    const { file } = await check(lines({ prompt: 'a', answer: 1 }, { prompt: 'b', answer: 2 }));
    const [a, b] = file?.tasks.map(({ id }) => id) ?? [];
    expect(a).toMatch(/^[\da-f]{12}$/);
    const turned = await check(lines({ prompt: 'b', answer: 2 }, { prompt: 'a', answer: 1 }));
    expect(turned.file?.tasks.map(({ id }) => id)).toEqual([b, a]);
  });

  it('are left out with their line and reason, and the others kept', async () => {
    const { file, leftOut } = await check(
      lines(
        { id: 'right', prompt: 'p', answer: '3/4' },
        { id: 'root', problem: 'p', solution: 'So $\\boxed{\\sqrt{2}}$.' },
        { id: 'words', prompt: 'p', answer: 'about a dozen' },
        { id: 'loose', prompt: 'p', answer: 1, tolerance: -1 },
        { id: 'right', prompt: 'q', answer: 1 },
        { id: 'program', prompt: 'p', entry: 'f', visible: [{ args: [1], expected: 2 }] },
        { prompt: 'p' },
      ),
    );
    expect(file?.tasks.map(({ id }) => id)).toEqual(['right']);
    expect(leftOut.map(({ line, id, reason }) => [line, id, reason])).toEqual([
      [2, 'root', expect.stringContaining('The answer “\\sqrt{2}” cannot be compared exactly')],
      [3, 'words', expect.stringContaining('“about a dozen” cannot be compared exactly')],
      [4, 'loose', 'The tolerance “-1” is no number that is 0 or more.'],
      [5, 'right', 'Its id is that of line 1, or both have the same prompt and no id.'],
      [6, 'program', 'It is a task of programs in a file of mathematics; a file holds one or the other.'],
      [7, undefined, expect.stringContaining('A task has prompt, entry and visible, or prompt and answer.')],
    ]);
  });

  it('of a file without a usable one are none', async () => {
    const { file, leftOut } = await check('{"prompt":1}\n');
    expect([file, leftOut.length]).toEqual([null, 1]);
    expect((await check('')).file).toBeNull();
  });
});

/** A sandbox that never comes to anything, as one whose workers are lost. */
const lost: Partial<AdjustableSandbox> = {
  callTrusted: async (_source, _entry, calls) => calls.map(() => null),
  grade: async (submissions) =>
    submissions.map((submission) =>
      emptyVerdict(
        submission,
        'infrastructure',
        { type: 'Infrastructure', message: 'lost', line: null },
        { timeMs: 0, engine: 'none' },
      ),
    ),
};

describe('a damaged file', () => {
  const whole = new TextEncoder().encode(exampleText('code', false) + exampleText('maths', false));

  it('ends in tasks and reasons, or in one error of the project’s own', async () => {
    const damage = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), fc.boolean(), async (bytes, cut) => {
        const damaged = whole.slice(0, cut ? bytes[0]![0] : undefined);
        for (const [at, byte] of bytes) damaged[at] = byte;
        const source = (async function* () {
          yield damaged;
        })();
        try {
          const { file, leftOut } = await checkTasks('x', source, {
            sandbox: (use) => use(lost as AdjustableSandbox),
          });
          for (const { reason } of leftOut) expect(reason).toMatch(/\S/);
          expect(file === null || file.tasks.length > 0).toBe(true);
        } catch (error) {
          expect((error as Error).name, String((error as Error).stack)).toBe('TaskFileError');
        }
      }),
      { numRuns: 200 },
    );
  });
});

import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandLine } from './command-line.ts';

it.skipIf(process.platform === 'win32')('is read by a shell as the words that were typed', () => {
  const words = ['a.json', '--out', 'my runs/x', '', "it's", '$HOME', '--set', 'a={"b":1}'];
  const line = commandLine('experiment', words).replace(
    /^npm run -s posterior -- experiment/,
    'printf "%s\\n"',
  );
  expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\n').slice(0, -1)).toEqual(words);
});

it('quotes no more than it has to', () => {
  expect(commandLine('lesson record', ['--out', 'public/lesson'])).toBe(
    'npm run -s posterior -- lesson record --out public/lesson',
  );
});

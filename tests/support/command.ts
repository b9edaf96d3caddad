import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { type Compiler, compilerFlags } from './page.ts';

/** The command line as a process of its own, as a person would run it. */

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly log: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once the text is on stderr. */
  logged(text: string): Promise<void>;
}

/** What is written to stdin, in pieces. */
export type Input = readonly (string | Uint8Array)[];

const COMPILER_OF: Readonly<Record<string, Compiler>> = {
  grade: 'usual',
  reward: 'hot',
  benchmark: 'hot',
  experiment: 'hot',
};

export const browserFlagsOf = ([command = '']: readonly string[]): string =>
  compilerFlags(COMPILER_OF[command] ?? 'once').join(' ');

export function startCommand(args: readonly string[], input: Input = []): Running {
  const child = spawn(process.execPath, [resolve('scripts/run.mjs'), ...args], {
    env: { ...process.env, POSTERIOR_BROWSER_FLAGS: browserFlagsOf(args) },
  });
  let out = '';
  let log = '';
  child.stdout.on('data', (data) => void (out += String(data)));
  child.stderr.on('data', (data) => void (log += String(data)));
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, out, log })));
  const logged = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (log.includes(text)) done();
      };
      child.stderr.on('data', look);
      child.on('close', () => fail(new Error(`It ended before it said “${text}”:\n${log}`)));
      look();
    });
  void (async () => {
    for (const piece of input) await new Promise((done) => child.stdin.write(piece, done));
    child.stdin.end();
  })();
  return { child, ended, logged };
}

export const runCommand = (args: readonly string[], input?: Input): Promise<Ended> =>
  startCommand(args, input).ended;

/** The objects of an output with one a line. */
export const jsonLines = (out: string): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

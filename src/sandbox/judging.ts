import type { RunEnd } from './engine.ts';
import type { PoolJob, PoolResult } from './pool.ts';
import type { RunReport } from './protocol.ts';
import type { Harness, KnownRun, Status, TestResult, Verdict } from './types.ts';

/** What judging by test code starts from and comes to. */

/** What one judging came to. `status` says what it makes of a verdict that is a pass so far. */
export interface Judgement {
  readonly status: Status;
  readonly test: TestResult;
  readonly error?: NonNullable<Verdict['error']>;
  readonly timeMs: number;
  /** Of the program's own interpreter: `null` where it was lost. */
  readonly memoryMb: number | null;
  readonly output: string;
  readonly engine: string;
  /** Why the program could have interfered; `null` where it could not. */
  readonly weak: string | null;
  /** Of a pass that no one could interfere with. */
  readonly run?: KnownRun;
}

export type RunPython = (job: PoolJob) => Promise<PoolResult>;

export interface Judging {
  /** Runs a job where programs run. */
  readonly run: RunPython;
  /** Runs a job where no program ever runs. */
  readonly runTrusted: RunPython;
  readonly program: string;
  readonly entry: string;
  readonly harness: Harness;
  readonly limits: Pick<PoolJob, 'timeoutMs' | 'memoryMb'>;
  /** Whether a pass is to tell its run. */
  readonly keep?: boolean;
}

export type Facts = Pick<Judgement, 'timeMs' | 'memoryMb' | 'output' | 'engine'>;
export type Finding = Omit<Judgement, keyof Facts>;

export const NOT_RUN: TestResult = { status: 'not-run' };

/** How a run ended that did not perform all; `null` where it said that it had. */
export function stopped(report: RunReport, performed: number): Finding | null {
  const call = report.calls[performed];
  if (call && 'raised' in call && call.memory)
    return failure('memory', 'MemoryError', call.raised, call.line);
  if (report.outcome === 'ran') return null;
  const { type = report.outcome, message = '', line = null } = report.error ?? {};
  return failure(report.outcome, type, message, line);
}

export function failure(status: Status, type: string, message: string, line: number | null = null): Finding {
  return { status, test: NOT_RUN, error: { type, message, line }, weak: null };
}

export function lost(end: Exclude<RunEnd, { kind: 'report' }>, timeoutMs: number): Finding {
  switch (end.kind) {
    case 'tamper':
      return failure('tamper', 'Tampering', end.message);
    case 'lost':
      return failure('infrastructure', 'Infrastructure', end.message);
    case 'hung':
      return failure('timeout', 'Timeout', `no answer within ${timeoutMs} ms; the worker was replaced`);
  }
}

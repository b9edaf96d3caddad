import { describe, expect, it } from 'vitest';
import type { DiagnosticsState } from './model.ts';
import { withOperator, type SelfTestState } from './model.ts';
import { reportText, testSummary } from './report.ts';

const BEGUN: SelfTestState = { done: 0, total: null, failed: [], worst: 0, running: true, error: null };

const empty: DiagnosticsState = {
  features: null,
  adapter: null,
  memory: null,
  usage: null,
  browser: 'Chrome 141',
  selfTest: {},
  speed: {},
};

describe('a self-test', () => {
  it('counts what passed and keeps what failed, with the reason', () => {
    const add = withOperator(BEGUN, { name: 'add', error: 1e-7 }, 3);
    expect(testSummary(add)).toBe('1 of 3');
    const loop = withOperator(add, { name: 'loop', error: Infinity, failure: 'no such kernel' }, 3);
    expect(loop).toMatchObject({ done: 2, worst: 1e-7, failed: [{ name: 'loop' }] });
    expect(testSummary(loop)).toBe('1 of 2 operators failed.');
    const whole = withOperator(
      withOperator(add, { name: 'mul', error: 2e-5 }, 3),
      { name: 'exp', error: 0 },
      3,
    );
    expect(testSummary({ ...whole, running: false })).toBe('All 3 operators passed; largest error 2.0e−5.');
    expect(testSummary({ ...add, running: false })).toBe('Stopped after 1.');
    expect(withOperator(BEGUN, { name: 'x', error: 3e-5 }, 1).failed).toHaveLength(1);
  });
});

describe('the report', () => {
  it('has every section, also where nothing is known', () => {
    const report = reportText(empty, { version: '0.1.0', device: null, log: [] });
    expect(report.match(/^#.*$/gm)).toEqual([
      '# Posterior 0.1.0, Chrome 141',
      '## Device in use',
      '## Browser',
      '## GPU adapter',
      '## Self-test',
      '## Speed',
      '## Memory',
      '## Storage',
      '## Log',
    ]);
  });

  it('says what was found, and nothing of a person', () => {
    const state: DiagnosticsState = {
      ...empty,
      selfTest: {
        wasm: {
          ...BEGUN,
          running: false,
          done: 2,
          total: 2,
          failed: [{ name: 'loop', error: Infinity, failure: 'at /home/ann/x.js' }],
        },
      },
      speed: {
        wasm: {
          stage: null,
          error: null,
          report: {
            device: 'wasm',
            threads: 2,
            completions: 96,
            tokens: 13056,
            score: { firstMs: 900, ms: 400 },
            update: { firstMs: 2000, ms: 1200 },
          },
        },
        webgpu: { stage: null, report: null, error: 'The GPU stopped serving “Ann’s page”.' },
      },
      usage: { usedBytes: 2 ** 21, quotaBytes: 2 ** 31, persisted: true, checkpoints: [] },
      memory: { usedBytes: null, limitBytes: null, machineGb: 8, cores: 4 },
    };
    const report = reportText(state, {
      version: '0.1.0',
      device: { kind: 'wasm', reason: 'WASM, because it was asked for.', threads: 2, isolated: true },
      log: [{ at: 1234, kind: 'error', what: 'ann-tasks.jsonl: “Find Ann’s dog” has no tests.' }],
    });
    expect(report).not.toMatch(/ann/i);
    expect(report).toContain('WebAssembly: 1 of 2 operators failed.\n  loop: ∞ at [path]');
    expect(report).toContain('Score a batch: 400 ms (first 900 ms, with compiling)');
    expect(report).toContain('WebGPU: The GPU stopped serving “…”.');
    expect(report).toContain('In use: 2.0 MB of 2.0 GB');
    expect(report).toContain('1.2 s error: [file]: “…” has no tests.');
    expect(report).toContain('This machine: 8 GB or more\nCores: 4');
  });
});

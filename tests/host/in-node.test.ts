import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { vulkanDriver } from '../../scripts/browser.mjs';
import type { NodeGpuReport } from '../support/gpu-in-node.ts';
import { expectExpansions, expectMerges, expectRecords, expectSections } from '../support/gpu-reports.ts';

const driver = vulkanDriver();

/** In a process of its own: Dawn looks for its driver where the environment says when the process starts. */
async function checkInNode(file: string): Promise<NodeGpuReport> {
  const { LD_LIBRARY_PATH: libraries } = process.env;
  const script = resolve('tests/support/gpu-in-node.ts');
  // WebAssembly is compiled once, as in the browser of the tests.
  const child = spawn(process.execPath, ['--liftoff-only', '--import', 'tsx', script], {
    env: {
      ...process.env,
      VK_DRIVER_FILES: file,
      // The browser brings its own loader, which the system may not have.
      LD_LIBRARY_PATH: [libraries, dirname(file)].filter(Boolean).join(':'),
    },
  });
  let [out, log] = ['', ''];
  child.stdout.on('data', (data) => void (out += String(data)));
  child.stderr.on('data', (data) => void (log += String(data)));
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) throw new Error(`It ended with ${String(code)}: ${log}`);
  return JSON.parse(out) as NodeGpuReport;
}

describe.skipIf(driver === null)(
  driver === null
    ? 'WebGPU in Node (skipped: no vk_swiftshader_icd.json beside a Chrome or Chromium on Linux)'
    : 'WebGPU in Node',
  () => {
    let report: NodeGpuReport;
    beforeAll(async () => {
      report = await checkInNode(driver!);
      // It compiles on one core, which others may be busy with.
    }, 400_000);

    it('records every program, and repeats it bit for bit as it is without a record', () => {
      expect(report.adapter).toMatch(/swiftshader|llvmpipe/i);
      const kinds = ['generate', 'logprobs', 'update', 'supervised', 'score', 'preference', 'quality'];
      expectRecords(report.records, kinds);
    });

    it('updates weights as the host does, in as many pieces as bindings make necessary', () => {
      expect(report.updates.map(({ kernels }) => kernels)).toEqual([2, 2, 2, 2, 2, 4, 2, 10]);
      for (const { length, error } of report.updates) expect(error, String(length)).toBeLessThan(1e-6);
    });

    it('merges LoRA into weights of any size as the reference does', () => {
      expectMerges(report.merges);
    });

    it('runs graphs layer by layer over bfloat16 weights, to the bit as it runs them whole', () => {
      expectSections(report.sections);
      expectExpansions(report.expansions);
    });

    it('foresees within 15 % what a run holds', () => {
      const { foreseen, held } = report.memory;
      expect(foreseen / held).toBeGreaterThan(0.85);
      expect(foreseen / held).toBeLessThan(1.15);
    });
  },
);

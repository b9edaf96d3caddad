/**
 * Whether training grows: runs `train` and reads, at every evaluation, the resident memory of the browser's page
 * process, which holds the page, its workers, their JavaScript heaps and their WASM memories. Linux only.
 *
 *   node bench/memory.mjs [steps, 300 by default]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const steps = process.argv[2] ?? '300';
const folder = mkdtempSync(join(tmpdir(), 'posterior-memory-'));

/** Megabytes resident in the largest page process of the run's browser. */
function residentMb() {
  const sizes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!command.includes('--type=renderer') || !command.includes(folder)) return 0;
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
      } catch {
        return 0;
      }
    });
  return Math.round(Math.max(...sizes));
}

const args = ['scripts/run.mjs', 'train', '--preset', 'quick', '--device', 'wasm', '--steps', steps];
const settings = ['--set', 'evalEvery=25', '--json', '--out', folder];
const child = spawn(process.execPath, [...args, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
for await (const line of createInterface({ input: child.stdout })) {
  const { type, step } = JSON.parse(line);
  if (type === 'eval') console.log(`step ${String(step).padStart(4)}   ${residentMb()} MB`);
}
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

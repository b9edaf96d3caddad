import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { ROOT } from '../../scripts/install.mjs';
import type { AutomationEvent, StarterFile } from '../../src/app/automation-types.ts';
import { withPage } from '../browser.ts';
import type { Command } from '../command.ts';
import { EXIT, PageError, UsageError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { duration, progressLine, Stopwatch } from '../progress.ts';
import { StatusLine } from '../status-line.ts';

const OPTIONS = {
  seed: { kind: 'integer', min: 0, max: 2 ** 32 - 1, help: 'decides every random choice', default: 1 },
  device: {
    kind: 'choice',
    choices: ['auto', 'wasm', 'webgpu'],
    help: 'where to compute',
    default: 'auto',
  },
  out: { kind: 'text', value: 'DIR', help: 'folder to write into (default public/ of the project)' },
  json: { kind: 'flag', help: 'progress and metrics as JSON lines on stdout' },
} as const;

export const starter: Command = {
  name: 'starter',
  summary: 'make the starter checkpoints: tokenizer, policy and reward model',
  usage: '[options]',
  description:
    'Trains the tokenizer, the policy (supervised, on noisy demonstrations) and the reward model (Bradley–Terry,\n' +
    'on optimized and degraded reasoning) and writes them where the page loads them from. Files are replaced only\n' +
    'after all of the training has ended well.',
  options: OPTIONS,
  examples: ['starter', 'starter --seed 3 --out /tmp/starter'],
  async run(argv, terminal) {
    const { values, positionals } = parseOptions(OPTIONS, argv);
    if (positionals.length > 0) throw new UsageError(`starter takes options only, not “${positionals[0]}”.`);
    const { seed, device, json } = values;
    const line = new StatusLine(terminal);
    let watch = { activity: '', stopwatch: new Stopwatch() };
    const onEvent = (event: AutomationEvent): void => {
      if (event.type === 'notice') line.print(event.message);
      if (event.type !== 'progress') return;
      if (json) terminal.out(JSON.stringify(event));
      if (watch.activity !== event.activity) watch = { activity: event.activity, stopwatch: new Stopwatch() };
      watch.stopwatch.mark(event.done);
      const { activity, done, total } = event;
      line.show(progressLine(done, total, activity, watch.stopwatch.secondsLeft(total)));
    };
    const page = { profile: null, device, onEvent };
    const result = await withPage(page, (call) => call('starter', { seed, device })).finally(() =>
      line.clear(),
    );
    await writeAll(resolve(values.out ?? join(ROOT, 'public')), result.files);
    const { metrics, seconds } = result;
    const files = result.files.map(({ path }) => path);
    if (json) terminal.out(JSON.stringify({ type: 'summary', metrics, seconds, files }));
    else {
      for (const [name, value] of Object.entries(metrics))
        terminal.out(`${name.padEnd(32)}${value.toFixed(4)}`);
      terminal.out(`${files.length} files in ${duration(seconds)}: ${files.join(', ')}`);
    }
    return EXIT.ok;
  },
};

/** Writes every file beside its place first, then moves all of them there. */
async function writeAll(folder: string, files: readonly StarterFile[]): Promise<void> {
  const targets = files.map(({ path, base64 }) => ({ target: resolve(folder, path), base64 }));
  const outside = targets.find(({ target }) => !target.startsWith(folder + sep));
  if (outside !== undefined)
    throw new PageError(`The page wants to write outside ${folder}: ${outside.target}.`);
  for (const { target, base64 } of targets) {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.new`, Buffer.from(base64, 'base64'));
  }
  for (const { target } of targets) await rename(`${target}.new`, target);
}

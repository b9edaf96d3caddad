import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as v from 'valibot';
import type { HackedLine } from '../../src/headless/requests.ts';
import { commandLine } from '../command-line.ts';
import type { Command } from '../command.ts';
import { EXIT, InputError } from '../errors.ts';
import { checkReadable, reasonOf } from '../files.ts';
import { parseOptionsOnly } from '../options.ts';
import { VERSION } from '../package.ts';
import { deviceOption, SEED_OPTION } from '../shared-options.ts';
import { withProgress } from '../with-progress.ts';

const OPTIONS = {
  seed: SEED_OPTION,
  steps: { kind: 'integer', min: 4, max: 100, help: 'steps of each of the three runs', default: 20 },
  hacked: {
    kind: 'text',
    value: 'FILE',
    help: 'completions that fooled a reward model, as JSON lines',
    default: 'docs/hacking.jsonl',
  },
  device: deviceOption('where to compute'),
  out: { kind: 'text', value: 'DIR', help: 'folder to write into', default: 'public/lesson' },
} as const;

export const lessonRecord: Command = {
  name: 'lesson record',
  summary: 'make the recording that the lesson shows',
  usage: '[options]',
  description:
    'Trains three short runs from the shipped start (gates posterior, ungated and outcome; the preset `quick`), makes\n' +
    'one update of one group and measures every token before and after each round of it, scores reasonings with the\n' +
    'shipped reward model, and runs completions that fooled one. Groups of which some completions fail are sampled at a\n' +
    'higher temperature. Writes recording.json: metrics, whole groups with their tokens, and how all of it was made:\n' +
    'seed, version and this command.',
  options: OPTIONS,
  examples: ['lesson record --out public/lesson'],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { seed, steps, device, out } = values;
    await checkReadable(values.hacked);
    const lines = (await readFile(values.hacked, 'utf8')).trim().split('\n');
    const hacked = lines.map((line, i) => hackedLine(line, `${values.hacked}, line ${i + 1}`));
    const { bytes } = await withProgress(terminal, { device, json: false }, async (call, exchange) => {
      const inbox = exchange.inbox(resolve(out));
      const made = await call('lesson', {
        seed,
        steps,
        device,
        hacked,
        command: commandLine('lesson record', argv),
        version: VERSION,
        upload: inbox.url,
      });
      await inbox.commit();
      return made;
    });
    terminal.out(`${(bytes / 1024).toFixed(0)} KiB → ${out}/recording.json`);
    return EXIT.ok;
  },
};

const hackedSchema = v.object({
  seed: v.number(),
  step: v.number(),
  taskId: v.string(),
  completion: v.string(),
  R_t: v.number(),
  verdict: v.string(),
});

function hackedLine(line: string, place: string): HackedLine {
  try {
    return v.parse(hackedSchema, JSON.parse(line));
  } catch (error) {
    throw new InputError(`${place} is not a completion that fooled a reward model: ${reasonOf(error)}.`);
  }
}

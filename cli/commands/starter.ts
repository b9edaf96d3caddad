import { join, resolve } from 'node:path';
import { ROOT } from '../../scripts/install.mjs';
import type { Command } from '../command.ts';
import { DEFAULT_DOMAIN, DOMAIN_NAMES } from '../../src/domains/index.ts';
import { EXIT } from '../errors.ts';
import { parseOptionsOnly } from '../options.ts';
import { duration } from '../progress.ts';
import { withProgress } from '../with-progress.ts';
import { SEED_OPTION, deviceOption, folderOption } from '../shared-options.ts';

const OPTIONS = {
  world: { kind: 'choice', choices: DOMAIN_NAMES, help: 'what they learn', default: DEFAULT_DOMAIN },
  seed: SEED_OPTION,
  device: deviceOption('where to compute'),
  out: folderOption('folder to write into (default public/ of the project)'),
  json: { kind: 'flag', help: 'progress and metrics as JSON lines on stdout' },
} as const;

export const starter: Command = {
  name: 'starter',
  summary: 'make the starter checkpoints: tokenizer, policy and reward model',
  usage: '[options]',
  description:
    'Trains the tokenizer, the policy (supervised, on noisy demonstrations) and the reward model (Bradley–Terry,\n' +
    'on optimized and degraded reasoning) of a world and writes them where the page loads them from: starter/ for\n' +
    'programs, maths/ for mathematics. Files are replaced only after all of the training has ended well.',
  options: OPTIONS,
  examples: ['starter', 'starter --world maths', 'starter --seed 3 --out /tmp/starter'],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { world, seed, device, json } = values;
    const { metrics, seconds, files } = await withProgress(
      terminal,
      { device, json },
      async (call, exchange) => {
        const inbox = exchange.inbox(resolve(values.out ?? join(ROOT, 'public')));
        const trained = await call('starter', { world, seed, device, upload: inbox.url });
        await inbox.commit();
        return trained;
      },
    );
    if (json) terminal.out(JSON.stringify({ type: 'summary', metrics, seconds, files }));
    else {
      for (const [name, value] of Object.entries(metrics))
        terminal.out(`${name.padEnd(32)}${value.toFixed(4)}`);
      terminal.out(`${files.length} files in ${duration(seconds)}: ${files.join(', ')}`);
    }
    return EXIT.ok;
  },
};

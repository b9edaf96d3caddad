import { resolve } from 'node:path';
import type { Command } from '../command.ts';
import { EXIT } from '../errors.ts';
import { parseOptionsOnly } from '../options.ts';
import { duration } from '../progress.ts';
import { withProgress } from '../with-progress.ts';
import { deviceOption, SEED_OPTION } from '../shared-options.ts';

const OPTIONS = {
  seed: SEED_OPTION,
  steps: { kind: 'integer', min: 1, max: 1_000_000, help: 'updates; the starter takes 700', default: 700 },
  device: deviceOption('where to compute'),
  out: { kind: 'text', value: 'DIR', help: 'folder to write into', default: 'runs/policy-model' },
  json: { kind: 'flag', help: 'progress and a summary as JSON lines on stdout' },
} as const;

export const policyTrain: Command = {
  name: 'policy train',
  summary: 'fine-tune a policy like the starter’s, from another seed or for fewer steps',
  usage: '[options]',
  description:
    'Supervised training on noisy demonstrations with the starter’s tokenizer, without a reward model. Writes\n' +
    'policy/config.json, policy/model.safetensors and tokenizer.json: a policy for `benchmark build` that no reward\n' +
    'model was trained on.',
  options: OPTIONS,
  examples: ['policy train --seed 2 --steps 300 --out runs/policy-2'],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { seed, steps, device, out, json } = values;
    const { metrics, seconds } = await withProgress(terminal, { device, json }, async (call, exchange) => {
      const inbox = exchange.inbox(resolve(out));
      const trained = await call('policyTrain', { seed, steps, device, upload: inbox.url });
      await inbox.commit();
      return trained;
    });
    if (json) terminal.out(JSON.stringify({ type: 'summary', metrics, seconds, out }));
    else
      terminal.out(
        `loss ${metrics['policy/loss']?.toFixed(4)} after ${steps} steps in ${duration(seconds)} → ${out}`,
      );
    return EXIT.ok;
  },
};

/** The text that tells a person what an exported folder holds and how to use it. */
import { formulaOf } from '../rl/gate.ts';
import type { Export, Target } from './folder.ts';

const FOLDERS = `| what | where |
| --- | --- |
| the policy | \`policy/\`, in the layout of Hugging Face, with its tokenizer |
| the reward model | \`reward/\`, a sequence classifier with one label; \`scaling.json\` says how its score becomes R_t |
| the tasks | \`tasks/\`: \`train\` to train on, \`test\` held out |
`;

const CODE = `| the reward | \`posterior_reward.py\`, which reads \`posterior.json\`; \`posterior_programs.py\` runs programs, \`posterior_answers.py\` compares answers |
`;

const WARNING = `
## Programs are run here

\`posterior_programs.py\` runs what the policy writes in plain processes with limits of time and memory. **That is no
sandbox**: a program can read files and use the network. Run the training in a container or a virtual machine that holds
nothing of worth.
`;

const LAUNCH: Readonly<Record<Target, string>> = {
  hf: `
## Use it

\`\`\`python
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("policy")
policy = AutoModelForCausalLM.from_pretrained("policy")
reward = AutoModelForSequenceClassification.from_pretrained("reward")
\`\`\`
`,
  trl: `
## Train with TRL, on one machine

\`\`\`
pip install torch transformers accelerate datasets "trl>=1.16"
accelerate launch --config_file accelerate.yaml train_trl.py
\`\`\`

For several GPUs: \`accelerate launch --multi_gpu --num_processes 4 train_trl.py\`. A step has as many completions as in the run
that was exported, however many processes share it. \`trl.json\` has the settings; \`trained/\` gets the policy, or with LoRA (which needs \`peft\`) the adapter.
`,
  verl: `
## Train with verl, on one machine or many

\`\`\`
pip install "verl>=0.9" vllm
bash train_verl.sh trainer.n_gpus_per_node=8
\`\`\`

On several machines the folder lies where all of them see it, under one path. Then, once:

\`\`\`
ray start --head                        # on the first
ray start --address=FIRST:6379          # on each other
RAY_ADDRESS=auto bash train_verl.sh trainer.nnodes=4 trainer.n_gpus_per_node=8     # on the first
\`\`\`

\`verl.overrides\` has the settings, one override a line. Each of \`reward.num_workers\` processes loads the reward model, on the
CPU unless \`POSTERIOR_REWARD_DEVICE\` says otherwise. \`checkpoints/\` gets the policy.
`,
};

const TRAINED: Readonly<Record<Target, string>> = {
  hf: 'policy',
  trl: 'trained',
  verl: 'checkpoints/global_step_N/actor/huggingface',
};

const wayBack = (target: Target): string => `
## Back into Posterior

\`npm run -s posterior -- train --policy ${TRAINED[target]} --reward reward --tasks tasks/train.${target === 'verl' ? 'parquet' : 'jsonl'}\`
goes on with it.
`;

export function readme(
  { from, config, domain, scaling }: Export,
  target: Target,
  notes: readonly string[],
): string {
  const { gate, seed, preset } = config;
  return [
    `# Exported from Posterior: ${from}\n`,
    'A policy that thinks aloud and then answers: `<think>…</think><answer>…</answer>`. ' +
      `Preset ${preset}, gate ${gate}, seed ${seed}, tasks of the domain ${domain}.\n` +
      `The reward is R = ${formulaOf(gate)}: the form, the outcome, and the reward model’s score of the reasoning (${scaling.kind}).\n`,
    FOLDERS + (target === 'hf' ? '' : CODE),
    LAUNCH[target],
    ...(notes.length === 0
      ? []
      : [`\n## What differs there\n\n${notes.map((note) => `- ${note}\n`).join('')}`]),
    ...(target === 'hf' || domain !== 'code' ? [] : [WARNING]),
    wayBack(target),
  ]
    .join('\n')
    .replaceAll('\n\n\n', '\n\n');
}

import { useEffect, useState } from 'preact/hooks';
import { CommandButton } from '../../app/frame/command-button.tsx';
import { domainOf } from '../../domains/index.ts';
import type { Domain, Task } from '../../domains/domain.ts';
import type { EvaluatedSample } from '../../evaluation/records.ts';
import { CompletionDetail } from '../../views/completion-detail.tsx';
import { Icon } from '../../views/icons.tsx';
import { Segmented } from '../../views/segmented.tsx';
import { VerdictWord } from '../../views/verdict-word.tsx';
import { commands } from './commands.ts';
import { SAMPLES_ID } from './ids.ts';
import { useBenchmarks } from './state.ts';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import { taskName } from './task-name.ts';
import { text } from './text.ts';
import './samples-card.css';

const words = text.samples;

interface SampleProps {
  readonly sample: EvaluatedSample;
  readonly task: Task | undefined;
  readonly domain: Domain;
}

/** One sample: how it fared, and behind that everything that it wrote. */
function Sample({ sample, task, domain }: SampleProps) {
  const [open, setOpen] = useState(sample.sample === 0);
  const { outcome, verification, length, truncated, agreement } = sample;
  return (
    <li class="benchmark-sample">
      <h3>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class="number">{words.of(sample.sample + 1)}</span>
          <VerdictWord outcome={domain.show(verification).outcome} weak={verification.weak} />
          <span class="hint">{words.outcome[outcome]}</span>
          <span class="hint number">
            {words.tokens(length)}
            {truncated && `, ${words.truncated}`}
          </span>
          <span class="hint">{agreement === null ? '' : agreement ? words.agree : words.differ}</span>
          <Icon name="chevron" />
        </button>
      </h3>
      {open && (
        <CompletionDetail
          // What it says of agreement stands in the line above.
          rollout={{ ...sample, taskId: sample.task, agreement: null }}
          task={task}
          domain={domain}
        />
      )}
    </li>
  );
}

/** Every sample of the task that was chosen, of one policy at a time. */
export function SamplesCard({ run }: { readonly run: BenchmarkRun }) {
  const { looking, tasks } = useBenchmarks();
  const { open } = looking.look.value;
  const known = tasks.value;
  useEffect(() => {
    if (open) document.getElementById(SAMPLES_ID)?.scrollIntoView({ block: 'nearest' });
  }, [open?.task]);
  if (!open) return null;
  const close = (): void => {
    // Back to where it was opened from.
    document.querySelector<HTMLElement>('.task-grid [aria-pressed="true"]')?.focus();
    looking.change({ open: null });
  };
  const { plan } = run;
  const samples = run.evaluations.value[open.policy]?.samples.filter(({ task }) => task === open.task) ?? [];
  const domain = domainOf(plan.tasks.choice);
  return (
    <section
      id={SAMPLES_ID}
      class="card benchmark-card samples-of-task"
      aria-labelledby="benchmark-task"
      tabIndex={-1}
    >
      <header class="benchmark-head">
        <h2 id="benchmark-task">{words.heading(taskName(open.task, known, run))}</h2>
        <div class="samples-tools">
          <CommandButton command={commands.previousTask} icon="back" />
          <CommandButton command={commands.nextTask} icon="forth" />
          <button type="button" class="quiet" aria-label={words.close} onClick={close}>
            <Icon name="close" />
          </button>
        </div>
      </header>
      {plan.policies.length > 1 && (
        <Segmented
          name="benchmark-samples-policy"
          legend={words.policy}
          options={plan.policies.map(({ name }, i) => ({ value: String(i), label: name }))}
          value={String(open.policy)}
          onChange={(policy) => looking.change({ open: { ...open, policy: Number(policy) } })}
        />
      )}
      {known === null && <p class="hint">{words.reading}</p>}
      {samples.length === 0 ? (
        <p class="hint">{words.none}</p>
      ) : (
        <ol>
          {samples.map((sample) => (
            <Sample
              key={`${open.task} ${open.policy} ${sample.sample}`}
              sample={sample}
              task={known?.get(open.task)}
              domain={domain}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

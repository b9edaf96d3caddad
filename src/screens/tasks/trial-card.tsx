import { domainOf } from '../../domains/index.ts';
import { GATES } from '../../rl/gate.ts';
import { MessagesList } from '../../views/messages-list.tsx';
import type { KnownPolicy } from '../../workspace/policies.ts';
import { useEffect } from 'preact/hooks';
import { TRIAL_ID } from './ids.ts';
import { useTasks } from './state.ts';
import type { Row } from './state/rows.ts';
import { idOf, SAMPLES, type Tried } from './state/trial.ts';
import { text } from './text.ts';
import { TriedList } from './tried-list.tsx';
import './trial-card.css';

const words = text.trial;

function nameOf(policy: KnownPolicy, domain: string): string {
  if (policy.place === 'site') return words.site(domainOf({ domain }).label);
  if (policy.place === 'import' || policy.place === 'hub') return policy.name;
  const { name, config, lastStep } = policy.run;
  return name ?? words.run(GATES[config.gate].label, config.seed, lastStep ?? 0);
}

function Summary({ tried: { samples } }: { readonly tried: Tried }) {
  const passes = samples.filter(({ verification }) => verification.passes).length;
  const visible = samples.filter(({ verification }) => verification.passesVisible).length - passes;
  return <>{words.summary(passes, visible, samples.length)}</>;
}

/** A policy answers the task on view, and every test runs on what it wrote. */
export function TrialCard({ row }: { readonly row: Row }) {
  const page = useTasks();
  const { tasks, trial } = page;
  const { policies, chosen, samples, running, tried: latest, message } = trial.state.value;
  useEffect(() => void trial.refresh(), [trial]);
  const check = tasks.checker.state.value;
  const ready = check.kind === 'done' && check.result.usable !== null;
  const { content } = row;
  // Of another task there is nothing to show here.
  const tried = latest && latest.key === row.key ? latest : null;
  return (
    <section class="card trial-card" id={TRIAL_ID} aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <p class="hint">{words.about}</p>
      <MessagesList messages={message ? [message] : []} onDismiss={trial.dismiss} />
      <div class="trial-setup">
        <div class="field">
          <label for="trial-policy">{words.policy}</label>
          <select
            id="trial-policy"
            value={chosen}
            onChange={(event) => trial.choose(event.currentTarget.value)}
          >
            {policies.map((policy) => (
              <option key={idOf(policy)} value={idOf(policy)}>
                {nameOf(policy, content.domain)}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="trial-samples">{words.samples}</label>
          <select
            id="trial-samples"
            value={String(samples)}
            onChange={(event) => trial.setSamples(Number(event.currentTarget.value))}
          >
            {SAMPLES.map((count) => (
              <option key={count} value={String(count)}>
                {count}
              </option>
            ))}
          </select>
        </div>
        {running === null ? (
          <button type="button" class="primary" disabled={!ready} onClick={page.tryIt}>
            {tried ? words.again : words.go}
          </button>
        ) : (
          <button type="button" onClick={trial.stop}>
            {words.stop}
          </button>
        )}
        {!ready && running === null && <span class="hint trial-not-yet">{words.notYet}</span>}
      </div>
      <div role="status" class="trial-status">
        {running !== null && (
          <>
            <p class="hint">{words[running]}</p>
            <progress aria-label={words[running]} />
          </>
        )}
        {running === null && tried && (
          <p class="number">
            <strong>
              <Summary tried={tried} />
            </strong>{' '}
            {tried.content !== content && <span class="badge">{words.ofOlder}</span>}
          </p>
        )}
      </div>
      {tried && <TriedList tried={tried} />}
    </section>
  );
}

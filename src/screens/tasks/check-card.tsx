import { Icon } from '../../views/icons.tsx';
import { TestChips } from '../../views/test-chips.tsx';
import { isMissing, useCheck, useFlaws } from './flaws.tsx';
import { useTasks } from './state.ts';
import type { CheckedContent } from './state/tasks-state.ts';
import { text } from './text.ts';
import './check-card.css';

const words = text.check;

function Notes({ result: { usable } }: { readonly result: CheckedContent }) {
  if (!usable) return null;
  const notes = [
    usable.read === null ? null : words.read(usable.read),
    usable.untried ? words.untried : null,
    usable.withoutHeldOut ? words.withoutHeldOut : null,
    usable.weak === null ? null : words.weak(usable.weak),
  ].filter((note) => note !== null);
  return (
    <>
      {notes.map((note) => (
        <p key={note} class="hint">
          {note}
        </p>
      ))}
    </>
  );
}

/** What keeps the task as a whole from being used: flaws that stand at no field. */
function Others() {
  const others = useFlaws().filter(({ field }) => field === undefined);
  return others.length === 0 ? null : (
    <ul class="flaws">
      {others.map(({ reason }) => (
        <li key={reason}>{reason}</li>
      ))}
    </ul>
  );
}

function Verdict({ result }: { readonly result: CheckedContent | null }) {
  const flaws = useFlaws();
  if (!result) return <span class="hint">{words.none}</span>;
  const needed = flaws.flatMap(({ field, reason }) =>
    field && isMissing(reason) ? [text.task.field[field]] : [],
  );
  if (needed.length > 0 && needed.length === flaws.length)
    return <span class="hint">{words.needed(needed)}</span>;
  const fine = flaws.length === 0;
  return (
    <strong class={fine ? 'check-word pass' : 'check-word fail'}>
      <Icon name={fine ? 'pass' : 'fail'} />
      {fine ? words.usable : words.flaws(flaws.length)}
    </strong>
  );
}

function Trials({ result: { trial } }: { readonly result: CheckedContent }) {
  if (!trial) return null;
  return (
    <div class="trials">
      {(['visible', 'heldOut'] as const).map((suite) => {
        const checks = trial[suite];
        if (checks.length === 0) return null;
        const passed = checks.filter(({ tone }) => tone === 'pass').length;
        return (
          <section key={suite} aria-label={words.suite[suite]}>
            <h3>
              {words.suite[suite]} <small class="number">{words.passed(passed, checks.length)}</small>
            </h3>
            <TestChips checks={checks} />
          </section>
        );
      })}
    </div>
  );
}

/** Whether the task can be used, what is wrong with it, and what the reference program gave for every test. */
export function CheckCard() {
  const { tasks } = useTasks();
  const check = tasks.checker.state.value;
  const { result, stale } = useCheck();
  const { kind } = check;
  const busy = kind === 'waiting' || kind === 'running';
  return (
    <section class="check-card" aria-label={words.heading} data-check={kind}>
      <div class="check-line">
        <div role="status" class="check-status">
          {kind === 'done' || kind === 'none' ? (
            <Verdict result={result} />
          ) : (
            <span class="hint">{kind === 'failed' ? words.failed(check.reason) : words[kind]}</span>
          )}
        </div>
        {busy && (
          <>
            <progress aria-label={words.running} />
            <button type="button" onClick={tasks.stopCheck}>
              {words.stop}
            </button>
          </>
        )}
        {(kind === 'failed' || kind === 'stopped') && (
          <button type="button" onClick={tasks.checkAgain}>
            {words.again}
          </button>
        )}
      </div>
      {result && (
        <div class={stale ? 'check-result stale' : 'check-result'}>
          <Others />
          <Notes result={result} />
          <Trials result={result} />
        </div>
      )}
    </section>
  );
}

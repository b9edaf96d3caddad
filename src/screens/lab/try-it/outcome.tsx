import { useEffect, useState } from 'preact/hooks';
import { outcomeOf } from '../../../domains/code/show.ts';
import { useLab } from '../state.ts';
import { text } from '../../../text/index.ts';
import { text as words } from './text.ts';
import type { Running, TryItState } from './state/model.ts';
import { edited, type Judged } from './state/results.ts';
import { duration } from '../../../views/format.ts';
import { LimitMeter } from '../../../views/limit-meter.tsx';
import { VerdictWord } from '../../../views/verdict-word.tsx';
import { LineButton } from './line-button.tsx';
import './outcome.css';
import '../../../views/messages-list.css';

const TICK_MS = 100;
const MAX_OUTPUT_ROWS = 6;

/** How long the program has run, against its deadline. */
function Progress({ running: { draft, since, starting } }: { readonly running: Running }) {
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [since]);
  const limit = Number(draft.timeoutMs);
  const elapsed = Math.max(0, now - since);
  const time = starting ? duration(elapsed) : text.limit.of(duration(elapsed), duration(limit));
  return (
    <>
      <span class="try-running">
        {starting ? words.starting(words.language.name[draft.language]) : words.running}{' '}
        <span class="number">{time}</span>
      </span>
      <progress
        aria-label={words.running}
        max={1}
        value={starting ? undefined : Math.min(1, elapsed / limit)}
      />
    </>
  );
}

interface VerdictProps {
  readonly outcome: Judged;
  /** The program was edited since. */
  readonly stale: boolean;
  readonly onLine: (line: number) => void;
}

function VerdictCard({ outcome: { ran, verdict }, stale, onLine }: VerdictProps) {
  const { error } = verdict;
  return (
    <div class="try-verdict">
      <p class="try-word">
        <VerdictWord outcome={outcomeOf(verdict)} weak={verdict.weak} />
        {stale && <span class="badge">{words.edited}</span>}
      </p>
      <p>
        {words.meaning[verdict.status]} {words.passed(verdict.passed, verdict.total)}.
      </p>
      {verdict.weak && <p class="hint">{words.weakAbout(verdict.why ?? '')}</p>}
      {error && verdict.evidence === undefined && (
        <p class="try-error">
          <b>{error.type}</b>: {error.message} <LineButton line={error.line} stale={stale} onLine={onLine} />
        </p>
      )}
      {verdict.evidence !== undefined && (
        <p class="try-error">
          <b>{words.evidence}</b>: {verdict.evidence}
        </p>
      )}
      <dl class="try-facts">
        <LimitMeter
          label={words.time}
          value={verdict.timeMs}
          limit={Number(ran.timeoutMs)}
          format={duration}
        />
        <LimitMeter
          label={words.memory}
          value={verdict.memoryMb}
          limit={Number(ran.memoryMb)}
          format={(mb) => `${mb.toFixed(mb < 10 ? 1 : 0)} ${words.memoryUnit}`}
        />
        <div>
          <dt>{words.engine}</dt>
          <dd class="try-engine">{verdict.engine}</dd>
        </div>
      </dl>
      <h4>{words.output}</h4>
      {verdict.output === '' ? (
        <p class="hint">{words.noOutput}</p>
      ) : (
        <textarea
          class="code try-output"
          aria-label={words.output}
          readOnly
          rows={Math.min(MAX_OUTPUT_ROWS, verdict.output.trimEnd().split('\n').length)}
          value={verdict.output.trimEnd()}
        />
      )}
    </div>
  );
}

/** The state in one sentence, for those who hear the page: not the clock, which would never be silent. */
function spoken({ running, outcome }: TryItState): string {
  if (running) return words.running;
  switch (outcome?.kind) {
    case 'verdict': {
      const { passed, total } = outcome.verdict;
      return `${outcomeOf(outcome.verdict).word}. ${words.passed(passed, total)}.`;
    }
    case 'stopped':
      return words.stopped;
    default:
      return '';
  }
}

interface OutcomeProps {
  /** How many fields keep the draft from being run. */
  readonly problems: number;
  readonly onLine: (line: number) => void;
}

/** What the sandbox said of the latest run; before the first, what it promises. */
export function TryItOutcome({ problems, onLine }: OutcomeProps) {
  const { tryIt } = useLab();
  const state = tryIt.state.value;
  const { running, outcome } = state;
  return (
    <section class="try-outcome" aria-label={words.verdict} aria-busy={running !== null}>
      <div class="try-label">
        <h3>{words.verdict}</h3>
        {running && <Progress running={running} />}
        {!running && problems > 0 && <span class="field-error">{words.blocked(problems)}</span>}
      </div>
      <p role="status" class="visually-hidden">
        {spoken(state)}
      </p>
      <div class="try-said">
        {outcome === null && (
          <div class="try-empty">
            <p>
              <strong>{words.empty}</strong>
            </p>
            <ul class="hint">
              {words.walls.map((wall) => (
                <li key={wall}>{wall}</li>
              ))}
            </ul>
          </div>
        )}
        {outcome?.kind === 'stopped' && <p class="try-empty">{words.stopped}</p>}
        {outcome?.kind === 'failed' && (
          <div class="message error" role="alert">
            <p>
              <strong>{words.failed.what}</strong>
              <span>{outcome.reason}</span>
              <span>
                <b>{text.notice.kept}</b> {words.failed.kept}
              </span>
              <span>
                <b>{text.notice.todo}</b> {words.failed.todo}
              </span>
            </p>
          </div>
        )}
        {outcome?.kind === 'verdict' && (
          <VerdictCard key={outcome.verdict.id} outcome={outcome} stale={edited(state)} onLine={onLine} />
        )}
      </div>
    </section>
  );
}

import { decimal, grouped } from '../../views/format.ts';
import { Icon } from '../../views/icons.tsx';
import { move } from './place.ts';
import { MOST_HITS, type Hit, type HuntState } from './state/hunt.ts';
import { useRollouts } from './state.ts';
import { text } from './text.ts';
import './hunt-card.css';

const words = text.hunt;

function saidOf({ goal, running, done, of, hits, count: found }: HuntState): string {
  if (goal.kind === 'first') {
    if (hits[0]) return words.firstFound(hits[0].step);
    return running
      ? words.firstLooking
      : done < of
        ? words.stopped(grouped(done), grouped(of))
        : words.firstNone;
  }
  const more = found > MOST_HITS ? ` ${words.first(MOST_HITS)}` : '';
  const stopped = !running && done < of ? ` ${words.stopped(grouped(done), grouped(of))}` : '';
  return `${words.found(found)}${more}${stopped}`;
}

function HitRow({ hit, run }: { readonly hit: Hit; readonly run: string }) {
  const { step, group, index, taskId, passes, reward, excerpt } = hit;
  return (
    <li>
      <button type="button" onClick={() => move({ run, step, group, completion: index })}>
        <span class="hit-place">{words.place(step, group + 1, index + 1)}</span>
        <span class={`verdict ${passes ? 'pass' : 'fail'}`}>
          <Icon name={passes ? 'pass' : 'fail'} />
          {passes ? words.passes : words.fails}
        </span>
        <span class="number">{decimal(reward)}</span>
        <span class="hit-task">{taskId}</span>
        <span class="hit-text">
          {excerpt.before}
          {excerpt.hit !== '' && <mark>{excerpt.hit}</mark>}
          {excerpt.after}
        </span>
      </button>
    </li>
  );
}

/** What was found in the whole run so far. */
export function HuntCard() {
  const { browser, hunt } = useRollouts();
  const state = hunt.state.value;
  if (!state) return null;
  const { running, done, of, hits } = state;
  return (
    <section class="card hunt" aria-label={words.heading}>
      <div class="hunt-head">
        <h2>{words.heading}</h2>
        {browser.run.value?.id !== state.run && <small>{text.pins.elsewhere}</small>}
        <p role="status">{saidOf(state)}</p>
        {running && (
          <button type="button" onClick={() => hunt.stop()}>
            {text.filter.stop}
          </button>
        )}
        <button type="button" class="quiet" aria-label={words.close} onClick={() => hunt.clear()}>
          <Icon name="close" />
        </button>
      </div>
      {running && (
        <div>
          <progress value={done} max={of} aria-label={words.heading} />
          <p class="hint number">{words.searching(grouped(done), grouped(of))}</p>
        </div>
      )}
      {hits.length > 0 && (
        <ol class="hits">
          {hits.map((hit) => (
            <HitRow key={`${hit.step}/${hit.group}/${hit.index}`} hit={hit} run={state.run} />
          ))}
        </ol>
      )}
    </section>
  );
}

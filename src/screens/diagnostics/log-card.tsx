import { log } from '../../app/log.ts';
import { text } from './text.ts';
import './log-card.css';

const words = text.log;

/** What the page said, newest first. */
export function LogCard() {
  const entries = log.value.toReversed();
  return (
    <section class="card" aria-labelledby="diagnostics-log">
      <h2 id="diagnostics-log">{words.heading}</h2>
      <p class="about">{entries.length === 0 ? words.none : words.about}</p>
      {entries.length > 0 && (
        <ol class="log-entries">
          {entries.map(({ at, kind, what }, i) => (
            <li key={entries.length - i} class={kind}>
              <span class="number hint">{words.at((at / 1000).toFixed(1))}</span> <b>{words.kind[kind]}</b>{' '}
              {what}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

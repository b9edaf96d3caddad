import { text } from './text.ts';
import type { ScoreResult } from './state/score.ts';
import { DivergingBar } from '../../views/diverging-bar.tsx';
import { signed } from '../../views/format.ts';
import './attribution.css';

const words = text.score;
/** Bars of tiny differences stay tiny. */
const SMALLEST_SCALE = 0.5;

/** Every sentence with what the score loses without it. */
export function Attribution({ result: { attribution } }: { readonly result: ScoreResult }) {
  const { sentences } = attribution;
  const largest = Math.max(SMALLEST_SCALE, ...sentences.map(({ contribution }) => Math.abs(contribution)));
  return (
    <section class="attribution" aria-label={words.sentences}>
      <h3>{words.sentences}</h3>
      <p class="about">{words.sentencesAbout}</p>
      {sentences.length === 0 ? (
        <p class="hint">{words.noSentences}</p>
      ) : (
        <table>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">{words.sentence}</th>
              <th scope="col">{words.worth}</th>
              <th scope="col">{words.without}</th>
            </tr>
          </thead>
          <tbody>
            {sentences.map(({ sentence, contribution, without }, i) => (
              <tr key={i}>
                <th scope="row">{sentence}</th>
                <td class="worth">
                  <DivergingBar value={contribution} largest={largest} />
                  <b class="number">{signed(contribution)}</b>
                </td>
                <td class="number hint" title={words.without}>
                  {signed(without)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

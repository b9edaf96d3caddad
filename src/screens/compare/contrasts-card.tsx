import type { ContrastAnalysis, PresetAnalysis } from '../../experiment/analysis.ts';
import { MEASURES } from '../../experiment/measures.ts';
import { between, change, probability } from '../../experiment/report/numbers.ts';
import { Maths } from '../../views/maths.tsx';
import { text } from './text.ts';
import { WideTable } from '../../views/wide-table.tsx';

const words = text.results;

function Contrast({ contrast }: { readonly contrast: ContrastAnalysis }) {
  const { label, measure, primary, mean, interval, bootstrap, p, adjusted, n, of } = contrast;
  return (
    <tr>
      <th scope="row">
        <Maths text={label} /> {primary && <span class="badge">{words.primary}</span>}
        <small>{MEASURES[measure].label}</small>
      </th>
      {mean === null ? (
        <td colSpan={4} class="hint">
          {words.waiting}
        </td>
      ) : (
        <>
          <td class="number estimate">
            <b>{change(measure, mean)}</b>
          </td>
          <td class="number estimate">{between(measure, interval, change)}</td>
          <td class="number estimate">{between(measure, bootstrap, change)}</td>
          <td class="number estimate">
            {probability(p)}
            {adjusted !== null && <small>{words.adjusted(probability(adjusted))}</small>}
          </td>
        </>
      )}
      <td class="number">{words.seedsOf(n, of)}</td>
    </tr>
  );
}

/** The comparisons that the file names, the primary one first. */
export function ContrastsCard({ preset: { contrasts } }: { readonly preset: PresetAnalysis }) {
  const ordered = contrasts.toSorted((a, b) => Number(b.primary) - Number(a.primary));
  return (
    <section class="card experiment-card" aria-label={words.contrasts}>
      <h2>{words.contrasts}</h2>
      <WideTable label={words.contrastsTable}>
        <thead>
          <tr>
            <th scope="col">{words.contrast}</th>
            <th scope="col">{words.difference}</th>
            <th scope="col">{words.interval}</th>
            <th scope="col">{words.bootstrap}</th>
            <th scope="col">{words.p}</th>
            <th scope="col">{words.seeds}</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map((contrast) => (
            <Contrast key={contrast.name} contrast={contrast} />
          ))}
        </tbody>
      </WideTable>
      <p class="hint">{words.contrastsAbout}</p>
    </section>
  );
}

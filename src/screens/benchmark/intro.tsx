import { useBenchmarks } from './state.ts';
import { QUICK_FORM } from './state/plan.ts';
import { text } from './text.ts';
import './intro.css';

const words = text.intro;

/** While nothing is on view: what to do, and one click that does it. */
export function Intro() {
  const benchmarks = useBenchmarks();
  return (
    <section class="card benchmark-card benchmark-intro">
      <h2>{text.title}</h2>
      <p>{words.about}</p>
      <button type="button" class="primary" data-quick onClick={() => void benchmarks.quick()}>
        {words.quick(QUICK_FORM.limit ?? 0)}
      </button>
      <dl>
        {words.terms.map(([term, meaning]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

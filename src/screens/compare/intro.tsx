import { useExperiments } from './state.ts';
import { fetchSiteFile, SITE_FILES } from './state/site-files.ts';
import { text } from './text.ts';
import './intro.css';

const words = text.intro;

/** While no experiment is on view: what one is, and the first of the site. */
export function Intro() {
  const experiments = useExperiments();
  const [first] = SITE_FILES;
  return (
    <section class="card experiment-card experiment-intro">
      <h2>{text.title}</h2>
      <p>{words.about}</p>
      <dl>
        {words.terms.map(([term, meaning]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{words.kept}</p>
      <p>{words.runs}</p>
      <button
        type="button"
        class="primary"
        onClick={() => void experiments.take(`${first}.json`, fetchSiteFile(first))}
      >
        {words.begin(text.list.siteFile[first].title)}
      </button>
    </section>
  );
}

import { text as shared } from '../../text/index.ts';
import { Icon } from '../../views/icons.tsx';
import { useExperiments } from './state.ts';
import type { Faults } from './state/model.ts';
import { text } from './text.ts';
import '../../views/messages-list.css';
import './faults-card.css';

/** Everything that is wrong with a file, at once. */
export function FaultsCard({ faults: { name, problems } }: { readonly faults: Faults }) {
  const experiments = useExperiments();
  return (
    <section class="message error faults" role="alert" aria-label={text.faults.heading(name)}>
      <div>
        <strong>{text.faults.heading(name)}</strong>
        <ul>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
        <p class="hint">{text.faults.kept}</p>
      </div>
      <button
        type="button"
        class="quiet"
        aria-label={shared.notice.dismiss}
        onClick={experiments.dismissFaults}
      >
        <Icon name="close" />
      </button>
    </section>
  );
}

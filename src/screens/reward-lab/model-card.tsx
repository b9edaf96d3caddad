import { usePage } from '../../app/page.ts';
import { text as shared } from '../../text/index.ts';
import { text } from './text.ts';
import { SHIPPED } from './state/desk.ts';
import { SCALING_KINDS, type Scaling, type ScalingKind } from '../../rl/scaling.ts';
import { Field } from '../../views/field.tsx';
import { percent, signed } from '../../views/format.ts';
import { useRewardLab } from './state.ts';
import './model-card.css';

const words = text.model;

/** What the model on the desk is known to be worth. */
function Facts() {
  const { desk } = useRewardLab();
  const { models, current } = desk.state.value;
  const facts = models.find(({ id }) => id === current)?.facts;
  if (!facts) return <p class="hint">{words.shippedRecipe}</p>;
  return (
    <dl class="model-facts">
      <div>
        <dt>{words.accuracy}</dt>
        <dd class="number">{percent(facts.accuracy)}</dd>
      </div>
      <div>
        <dt>{words.length}</dt>
        <dd class="number">{facts.lengthCorrelation === null ? '–' : signed(facts.lengthCorrelation)}</dd>
      </div>
      <div class="wide">
        <dt>{words.recipe}</dt>
        <dd>{facts.recipe}</dd>
      </div>
    </dl>
  );
}

/** What the Lab's run scores with, and the way to change it. */
function InTheLab() {
  const { slice } = usePage();
  const { desk } = useRewardLab();
  const reward = slice('reward');
  const { current, loading } = desk.state.value;
  if (!desk.canUseInLab) return <p class="hint">{words.demo}</p>;
  return (
    <div class="in-lab">
      <p role="status">{reward.next === null ? words.inLab(reward.name) : words.next(reward.next)}</p>
      <button
        type="button"
        class="primary"
        disabled={loading !== null || (reward.id === current && reward.next === null)}
        onClick={desk.useInLab}
      >
        {words.use}
      </button>
    </div>
  );
}

/** The ends of a range, where the mapping has one. */
const mappingRange = (scaling: Scaling): string =>
  scaling.kind === 'min-max' ? ` (${signed(scaling.low)} … ${signed(scaling.high)})` : '';

/** On a phone the card starts folded, above the tabs; wider pages never show the fold. */
const isNarrow = (): boolean => matchMedia('(max-width: 900px)').matches;

/** The model under study: which it is, what it is worth, how its score is mapped, and whether the Lab uses it. */
export function ModelCard() {
  const { desk } = useRewardLab();
  const { models, current, loading, scaling, status } = desk.state.value;
  const entry = models.find(({ id }) => id === current);
  const waiting = models.find(({ id }) => id === loading);
  return (
    <details class="card model-card" id="reward-model" tabIndex={-1} open={!isNarrow()}>
      <summary>
        <strong>{words.heading}</strong>{' '}
        <span class="hint">
          {words.summary(entry?.name ?? current, shared.rewardModel.scaling[scaling.kind])}
        </span>
      </summary>
      <div class="model-body">
        <h2>{words.heading}</h2>
        <Field
          id="reward-choice"
          label={words.label}
          about={waiting ? words.loading(waiting.name) : words.about}
          waits={false}
        >
          <select
            id="reward-choice"
            value={loading ?? current}
            disabled={status !== 'ready' || loading !== null}
            aria-describedby="reward-choice-about"
            onChange={(event) => void desk.select(event.currentTarget.value)}
          >
            {models.map(({ id, name, kept }) => (
              <option key={id} value={id}>
                {kept ? name : `${name} (${words.unsaved})`}
              </option>
            ))}
          </select>
        </Field>
        <Facts />
        {entry && entry.id !== SHIPPED && (
          <div class="model-buttons">
            {!entry.kept && (
              <button type="button" title={words.keepAbout} onClick={() => void desk.keep(entry.id)}>
                {words.keep}
              </button>
            )}
            <button type="button" onClick={() => void desk.select(SHIPPED)}>
              {words.restore}
            </button>
            <button type="button" onClick={() => void desk.remove(entry.id)}>
              {words.remove}
            </button>
          </div>
        )}
        <Field
          id="reward-scaling"
          label={words.mapping}
          about={text.scalingAbout[scaling.kind] + mappingRange(scaling)}
          waits={false}
        >
          <select
            id="reward-scaling"
            value={scaling.kind}
            disabled={status !== 'ready'}
            aria-describedby="reward-scaling-about"
            onChange={(event) => desk.setScaling(event.currentTarget.value as ScalingKind)}
          >
            {SCALING_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {shared.rewardModel.scaling[kind]}
              </option>
            ))}
          </select>
        </Field>
        <InTheLab />
      </div>
    </details>
  );
}

import { text } from '../text/index.ts';
import { AdvantageBar } from './advantage-bar.tsx';
import { Maths } from './maths.tsx';
import { RewardBar } from './reward-bar.tsx';
import { rewardsOf } from '../rl/rewards/index.ts';
import './groups-empty.css';

const words = text.group;

/** What will stand here after the first step, and how to read it. */
export function GroupsEmpty() {
  return (
    <div class="card empty-state">
      <p>
        <strong>{words.empty}</strong>
      </p>
      <p class="hint">{words.emptyAbout}</p>
      <dl class="specimens">
        <div>
          <dt>
            <RewardBar rewards={rewardsOf({ format: 1, outcome: 1, thinking: 0.8 })} opening={1} />
          </dt>
          <dd>
            <Maths text={words.key.pass} />
          </dd>
        </div>
        <div>
          <dt>
            <RewardBar rewards={rewardsOf({ format: 1, outcome: 0, thinking: 0.8 })} opening={0} />
          </dt>
          <dd>
            <Maths text={words.key.fail} />
          </dd>
        </div>
        <div>
          <dt>
            <AdvantageBar advantage={-1.6} ungated={-0.7} />
          </dt>
          <dd>{words.key.advantage}</dd>
        </div>
      </dl>
    </div>
  );
}

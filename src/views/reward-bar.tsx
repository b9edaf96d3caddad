import { text } from '../text/index.ts';
import { MAX_REWARD, REWARDS, type RewardParts } from '../rl/rewards/index.ts';
import { decimal } from './format.ts';
import './reward-bar.css';

const part = (value: number, name: string) =>
  value > 0 && <i class={name} style={{ width: `${(value / MAX_REWARD) * 100}%` }} />;

interface Props {
  readonly rewards: RewardParts;
  /** How much of R_t is part of the sum, in [0, 1]; the rest is hatched. */
  readonly opening: number;
}

/** The rewards side by side on a scale of the largest possible sum. */
export function RewardBar({ rewards, opening }: Props) {
  const shown = REWARDS.map(({ name, values }) => ({
    name,
    value: decimal(rewards[name], values === 'binary' ? 0 : undefined),
  }));
  const label = text.group.parts(shown, opening);
  return (
    <span class="reward-bar" title={label}>
      <span class="visually-hidden">{label}</span>
      {REWARDS.filter(({ name }) => name !== 'thinking').map(({ name }) => part(rewards[name], name))}
      {part(opening * rewards.thinking, 'thinking')}
      {part((1 - opening) * rewards.thinking, 'thinking withheld')}
    </span>
  );
}

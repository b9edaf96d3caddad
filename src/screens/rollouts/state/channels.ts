/** What the record of a completion says of each of its tokens. What it does not say is named, with the reason. */
import { advantageParts } from '../../../rl/advantages.ts';
import { isCreditSplit, reasoningTokens } from '../../../rl/credit.ts';
import { passedShare } from '../../../rl/gate.ts';
import type { FullConfig, Rollout } from '../../../rl/types.ts';
import type { Tokenizer } from '../../../model/tokenizer/index.ts';

export const CHANNELS = ['probability', 'surprise', 'push', 'entropy', 'kl'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** Why the record cannot answer. */
export type Gap = 'mean-alone' | 'not-compared' | 'ratios-not-kept' | 'no-pieces' | 'no-logprobs';

export interface Channel {
  /** One for each token; `null` where it is not known. */
  readonly values: readonly (number | null)[];
  /** Whether values have a direction: then the scale is even on both sides of 0. */
  readonly signed: boolean;
  /** Ends of the scale. */
  readonly range: readonly [low: number, high: number];
}

export type Answer = { readonly channel: Channel } | { readonly gap: Gap };

export interface TokenFacts {
  readonly rollout: Rollout;
  /** All completions of its step, in order of group and index. */
  readonly step: readonly Rollout[];
  /** The settings that held for the step. */
  readonly config: FullConfig;
  /** The run's own; `null` where it is not at hand. */
  readonly tokenizer: Pick<Tokenizer, 'decode'> | null;
}

/** Whether no token of the completion is learned from. */
export const isMasked = ({ rollout, config }: Pick<TokenFacts, 'rollout' | 'config'>): boolean =>
  config.maskTruncatedCompletions && rollout.truncated;

/**
 * A channel of a completion's tokens, [tokens].
 *
 * - `probability`: under the distribution that the token was drawn from; `surprise`: −ln of it, in nats.
 * - `push`: advantage × importance ratio, which is what the update multiplies a token's ∇ log p with. With one update a step the ratio
 *   is 1; with more, the later ones are not recorded.
 * - `entropy`: of the distribution that the token was drawn from, in nats.
 * - `kl`: the k3 estimate against the reference policy, in nats; without a KL term a run compares its first groups alone.
 */
export function channelOf(name: ChannelName, facts: TokenFacts): Answer {
  switch (name) {
    case 'probability':
      return unsigned(facts, (logprob) => Math.exp(logprob), 1);
    case 'surprise':
      return unsigned(facts, (logprob) => 0 - logprob, null);
    case 'push':
      return pushOf(facts);
    case 'entropy':
      return recorded(facts.rollout.perToken?.entropy, 1e-3, 'mean-alone');
    case 'kl':
      return recorded(
        facts.rollout.perToken?.kl,
        1e-6,
        facts.rollout.kl === null ? 'not-compared' : 'mean-alone',
      );
  }
}

function unsigned(
  { rollout: { tokens, logprobs } }: TokenFacts,
  of: (logprob: number) => number,
  high: number | null,
): Answer {
  if (logprobs.length === 0 && tokens.length > 0) return { gap: 'no-logprobs' };
  const values = tokens.map((_, t) => (logprobs[t] === undefined ? null : of(logprobs[t])));
  const largest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 1);
  return { channel: { values, signed: false, range: [0, high ?? largest] } };
}

function recorded(stored: readonly number[] | undefined, unit: number, gap: Gap): Answer {
  if (!stored) return { gap };
  const values = stored.map((value) => value * unit);
  // A completion of which the policy was sure is not to look as if it had not been.
  const least = unit * 100;
  return { channel: { values, signed: false, range: [0, Math.max(least, ...values)] } };
}

function pushOf(facts: TokenFacts): Answer {
  const { rollout, config } = facts;
  if (config.innerIterations > 1 || config.miniBatches > 1) return { gap: 'ratios-not-kept' };
  const values = isCreditSplit(config) ? splitAdvantages(facts) : rollout.tokens.map(() => rollout.advantage);
  if (values === null) return { gap: 'no-pieces' };
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return { channel: { values, signed: true, range: [-largest, largest] } };
}

/** With R_t's part up to the end of the reasoning, without it from there on. */
function splitAdvantages({ rollout, step, config, tokenizer }: TokenFacts): number[] | null {
  if (!tokenizer) return null;
  const batch = step.map(({ rewards, verification, reward, extra = 0 }) => ({
    rewards,
    passedTests: passedShare(verification),
    reward,
    extra,
  }));
  const rest = advantageParts(batch, config).rest[step.indexOf(rollout)] ?? 0;
  const reasoning = rollout.reasoning === null ? 0 : reasoningTokens(rollout.tokens, tokenizer);
  return rollout.tokens.map((_, t) => (t < reasoning ? rollout.advantage : rest));
}

/**
 * The text of each token, [tokens], or `null` where these tokens are of another vocabulary: read by it, they would not come to
 * the text that is recorded. A token that is a part of a character reads as U+FFFD.
 */
export function piecesOf(
  { tokens, text, truncated }: Pick<Rollout, 'tokens' | 'text' | 'truncated'>,
  tokenizer: Pick<Tokenizer, 'decode' | 'vocabSize'>,
): string[] | null {
  if (tokens.some((id) => id >= tokenizer.vocabSize)) return null;
  if (tokenizer.decode(truncated ? tokens : tokens.slice(0, -1)) !== text) return null;
  return tokens.map((id) => tokenizer.decode([id]));
}

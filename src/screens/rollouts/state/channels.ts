/** What the record of a completion says of each of its tokens. What it does not say is named, with the reason. */
import { advantageParts } from '../../../rl/advantages.ts';
import { isCreditSplit, reasoningTokens } from '../../../rl/credit.ts';
import { passedShare } from '../../../rl/gate.ts';
import { type Bound, boundsOf, storedRatios, updatesOf } from '../../../rl/ratios.ts';
import type { FullConfig, Rollout } from '../../../rl/types.ts';
import type { Tokenizer } from '../../../model/tokenizer/index.ts';

export const CHANNELS = ['probability', 'surprise', 'ratio', 'push', 'entropy', 'kl'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** Why the record cannot answer. */
export type Gap =
  'mean-alone' | 'not-compared' | 'one-update' | 'ratios-not-kept' | 'no-pieces' | 'no-logprobs';

export interface Channel {
  /** One for each token; `null` where it is not known. */
  readonly values: readonly (number | null)[];
  /** Whether values have a direction: then the scale is even on both sides of 0. */
  readonly signed: boolean;
  /** Ends of the scale. */
  readonly range: readonly [low: number, high: number];
  /** The bound of the clip that holds each token; `null` where that is not known, absent where the clip has no say. */
  readonly bounds?: readonly (Bound | null)[] | null;
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
 * - `ratio`: ln of the importance ratio at the last update with the completion; a step with one update has a ratio of 1.
 * - `push`: advantage × that ratio, which is what the update multiplies a token's ∇ log p with, unless the clip holds it.
 * - `entropy`: of the distribution that the token was drawn from, in nats.
 * - `kl`: the k3 estimate against the reference policy, in nats; without a KL term a run compares its first groups alone.
 */
export function channelOf(name: ChannelName, facts: TokenFacts): Answer {
  switch (name) {
    case 'probability':
      return unsigned(facts, (logprob) => Math.exp(logprob), 1);
    case 'surprise':
      return unsigned(facts, (logprob) => 0 - logprob, null);
    case 'ratio':
      return ratioOf(facts);
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

/** ρ of each token; 1 where the step made one update, `null` where it made more and an older version stored it. */
function ratiosOf({ rollout, step, config }: TokenFacts): number[] | null {
  const stored = storedRatios(rollout, config);
  if (stored) return stored;
  const groups = new Set(step.map(({ group }) => group)).size;
  return updatesOf(config, groups) > 1 ? null : rollout.tokens.map(() => 1);
}

function ratioOf(facts: TokenFacts): Answer {
  const ratios = ratiosOf(facts);
  if (ratios === null) return { gap: 'ratios-not-kept' };
  if (!facts.rollout.perToken?.logRatio) return { gap: 'one-update' };
  // Differences in the fourth digit are not to look like large ones.
  return bothWays(ratios.map(Math.log), 0.01, heldBy(ratios, advantagesOf(facts), facts));
}

function pushOf(facts: TokenFacts): Answer {
  const ratios = ratiosOf(facts);
  if (ratios === null) return { gap: 'ratios-not-kept' };
  const advantages = advantagesOf(facts);
  if (advantages === null) return { gap: 'no-pieces' };
  const values = ratios.map((ratio, t) => ratio * advantages[t]!);
  return bothWays(values, 0, heldBy(ratios, advantages, facts));
}

function bothWays(values: readonly number[], least: number, bounds: (Bound | null)[] | null): Answer {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), least) || 1;
  return { channel: { values, signed: true, range: [-largest, largest], bounds } };
}

/** Nothing holds what is not learned from. */
function heldBy(
  ratios: readonly number[],
  advantages: readonly number[] | null,
  facts: TokenFacts,
): (Bound | null)[] | null {
  if (isMasked(facts)) return ratios.map(() => null);
  return advantages && boundsOf(ratios, advantages, facts.config);
}

/** Of each token; `null` where the end of the reasoning would have to be known and is not. */
const advantagesOf = (facts: TokenFacts): number[] | null =>
  isCreditSplit(facts.config)
    ? splitAdvantages(facts)
    : facts.rollout.tokens.map(() => facts.rollout.advantage);

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

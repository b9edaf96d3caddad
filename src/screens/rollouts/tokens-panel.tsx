import { useEffect, useMemo } from 'preact/hooks';
import { limitOf } from '../../rl/ratios.ts';
import type { FullConfig, Rollout } from '../../rl/types.ts';
import { compact, decimal, signed } from '../../views/format.ts';
import { Segmented } from '../../views/segmented.tsx';
import { type StripToken, TokenStrip } from '../../views/token-strip.tsx';
import { channelOf, CHANNELS, isMasked, piecesOf, type Channel, type ChannelName } from './state/channels.ts';
import { useRollouts } from './state.ts';
import { text } from './text.ts';
import './tokens-panel.css';

const words = text.tokens;

const FORMATS: Readonly<Record<ChannelName, (value: number) => string>> = {
  probability: (value) => decimal(value, 3),
  surprise: (value) => decimal(value),
  ratio: (value) => decimal(Math.exp(value), 3),
  push: (value) => signed(value),
  entropy: (value) => decimal(value),
  kl: compact,
};

/** The mean of a value that an older version did not store token by token. */
const meanOf = (name: ChannelName, { entropy, kl }: Rollout): string | null => {
  const value = { entropy, kl }[name as 'entropy' | 'kl'];
  return value === undefined || value === null ? null : words.mean(FORMATS[name](value));
};

/** Channels of what the update makes of the tokens. */
const isOfUpdate = (name: ChannelName): boolean => name === 'ratio' || name === 'push';

/** What the clip does to the completion's tokens, in a sentence; marks are in the strip. */
function clipLine({ bounds, values }: Channel, { importance }: FullConfig): string {
  if (bounds === undefined) return '';
  const said = bounds
    ? words.clip(bounds.filter((bound) => bound !== null).length, values.length)
    : `${words.gaps['no-pieces']} ${words.unmarked}`;
  return importance === 'sequence' ? `${words.sequence} ${said}` : said;
}

interface StripProps {
  readonly rollout: Rollout;
  readonly config: FullConfig;
  readonly channel: Channel;
  readonly name: ChannelName;
  readonly pieces: readonly string[] | null;
  readonly masked: boolean;
}

function Strip({ rollout, config, channel, name, pieces, masked }: StripProps) {
  const held = words.held[config.surrogate];
  const tokens = rollout.tokens.map((id, t): StripToken => {
    const bound = channel.bounds?.[t] ?? null;
    return {
      piece: pieces?.[t] ?? `${id} `,
      value: channel.values[t] ?? null,
      masked: masked && isOfUpdate(name),
      ...(bound && { clipped: true, note: held(decimal(limitOf(bound, config))) }),
    };
  });
  return (
    <TokenStrip
      label={`${words.heading}: ${words.channels[name]}.`}
      tokens={tokens}
      signed={channel.signed}
      range={channel.range}
      format={FORMATS[name]}
      words={words.strip}
    />
  );
}

/** The tokens of the completion, by one value at a time; what the record does not hold is said. */
export function TokensPanel({ rollout }: { readonly rollout: Rollout }) {
  const { browser, view, look } = useRollouts();
  const shown = browser.shown.value;
  useEffect(() => browser.needTokenizer(), [browser, shown?.run.id]);
  const vocabulary = browser.tokenizer.value;
  const tokenizer = typeof vocabulary === 'string' ? null : vocabulary;
  const pieces = useMemo(() => tokenizer && piecesOf(rollout, tokenizer), [rollout, tokenizer]);
  if (!shown) return null;
  const { channel: name } = view.value;
  const { config, rollouts: step } = shown;
  const facts = { rollout, step, config, tokenizer: pieces && tokenizer };
  const answer = channelOf(name, facts);
  const masked = isMasked(facts);
  return (
    <section class="tokens" aria-label={words.heading}>
      <h4>{words.heading}</h4>
      <Segmented
        name="token-channel"
        legend={words.channel}
        options={CHANNELS.map((value) => ({ value, label: words.channels[value] }))}
        value={name}
        onChange={(to) => look({ channel: to })}
      />
      <p class="hint">{words.about[name]}</p>
      {'gap' in answer ? (
        <p class="gap">
          {words.gaps[answer.gap]} {meanOf(name, rollout)}
        </p>
      ) : vocabulary === 'opening' ? (
        <p class="gap">{words.opening}</p>
      ) : (
        <>
          {tokenizer && !pieces && <p class="gap">{words.ownVocabulary}</p>}
          {masked && <p class="gap">{words.masked}</p>}
          {!masked && answer.channel.bounds !== undefined && (
            <p class="gap clip">{clipLine(answer.channel, config)}</p>
          )}
          <Strip
            rollout={rollout}
            config={config}
            channel={answer.channel}
            name={name}
            pieces={pieces}
            masked={masked}
          />
        </>
      )}
    </section>
  );
}

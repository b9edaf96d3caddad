import { moved } from '../app/place.ts';
import { usePage } from '../app/page.ts';
import { ui } from '../app/ui-state.ts';
import { writeHash } from '../app/url.ts';
import { formulaOf, GATES, type Gate } from '../rl/gate.ts';
import { wilsonInterval } from '../statistics/intervals.ts';
import { percent } from '../views/format.ts';
import { Maths } from '../views/maths.tsx';
import type { Chapter, ChapterProps } from './chapter.ts';
import { SHOWN_GATES } from './gate.tsx';
import { Doing, Paragraphs } from './parts.tsx';
import { Prediction } from './prediction.tsx';
import { words as shared } from './text.ts';
import './yours.css';

/** Tasks that the preset of the links evaluates. */
const EVALUATED = 48;
const LINK = { preset: 'quick', seed: 2, steps: 30, learningRate: 1e-4, overrides: {} } as const;

const words = {
  title: 'Run it yourself',
  point:
    'Everything here can be done again on your machine, with another seed, and with settings of your own.',
  before: [
    'Each button opens the Lab with a prepared run: the preset “Quick look”, 30 steps, seed 2. Press Space there to start. A step takes about a second on a laptop; no GPU is needed, and nothing leaves your machine.',
    'Run one, then another with the same seed. What the reward model thinks, and what the strict tests say, are two different curves: watch both.',
  ],
  open: (label: string) => `Open ${label} in the Lab`,
  doing:
    'Start the posterior run. While it trains, open a group and look for a completion whose R_t was withheld.',
  question: `The quick preset evaluates on ${EVALUATED} tasks. A run solves half of them. How exactly is its pass rate known?`,
  options: { two: 'to about ±2 points', fourteen: 'to about ±14 points', thirty: 'to about ±30 points' },
  why: (low: string, high: string) =>
    `The 95 % interval runs from ${low} to ${high}. So two runs that end ten points apart may not differ at all. One seed proves nothing: that is why experiments here take several, and print intervals.`,
  source:
    'The lesson shows recordings; the same command makes them again, bit for bit on the same kind of device.',
};

/** Half of so many tasks solved: the 95 % interval. */
export const half = wilsonInterval(EVALUATED / 2, EVALUATED);

function View({ recording: { made } }: ChapterProps) {
  const { screens, slice } = usePage();
  const { place } = ui.value;
  const href = (gate: Gate): string =>
    writeHash({ ...slice('settings'), ...LINK, gate, tasks: '' }, moved(place, 'lab'), screens);
  return (
    <>
      <Paragraphs texts={words.before} />
      <ul class="lab-links">
        {SHOWN_GATES.map((gate) => (
          <li key={gate} class="card">
            <h3>{GATES[gate].label}</h3>
            <p>
              <Maths text={`R = ${formulaOf(gate)}`} />
            </p>
            <p class="hint">{GATES[gate].about}</p>
            <a href={href(gate)}>{words.open(GATES[gate].label)}</a>
          </li>
        ))}
      </ul>
      <Doing what={words.doing} />
      <Prediction
        id="yours"
        question={words.question}
        options={Object.entries(words.options).map(([value, label]) => ({ value, label }))}
        answer="fourteen"
      >
        <p>{words.why(percent(half.low), percent(half.high))}</p>
      </Prediction>
      <h3>{shared.source}</h3>
      <p>{words.source}</p>
      <p>{shared.made(made.version, made.seed, made.device)}</p>
      <pre class="code">{made.command}</pre>
    </>
  );
}

export const yours: Chapter = { id: 'yours', title: words.title, point: words.point, View };

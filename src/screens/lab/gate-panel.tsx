import { useLab } from './state.ts';
import { text } from './text.ts';
import { look, ui } from './ui.ts';
import { GATE_NAMES, GATES } from '../../rl/gate.ts';
import { GatePlot } from '../../views/gate-plot.tsx';
import { Segmented } from '../../views/segmented.tsx';
import { Maths } from '../../views/maths.tsx';
import './gate-panel.css';
import '../../views/legend.css';

/** The gate plot with its switches and its key. */
export function GatePanel() {
  const { gated, shown: onView, lens, inForce } = useLab();
  const { group, completion, plotScope } = ui.value;
  const used = inForce.value?.gate;
  const words = text.plot;
  return (
    <figure class="card gate-panel">
      <figcaption>
        <h3>{words.title}</h3>
        <p class="about">
          {words.about} {words.sameData}
        </p>
        <div class="switches">
          <Segmented
            name="lens"
            legend={words.look}
            options={GATE_NAMES.map((value) => ({
              value,
              label: GATES[value].label,
              mark: value === used ? words.thisRun : undefined,
            }))}
            value={lens.value}
            onChange={(value) => look({ lens: value })}
          />
          <Segmented
            name="scope"
            legend={words.scope}
            options={[
              { value: 'all', label: words.all },
              { value: 'one', label: words.one },
            ]}
            value={plotScope}
            onChange={(value) => look({ plotScope: value })}
          />
        </div>
      </figcaption>
      <GatePlot
        step={gated.value}
        gate={lens.value}
        group={group}
        completion={completion}
        scope={plotScope}
        onSelect={(g, c) => look({ group: g, completion: c, reveal: false, held: onView.value, open: true })}
      />
      <ul class="legend plot-key" aria-hidden="true">
        <li>
          <svg viewBox="-8 -8 16 16">
            <g class="dot counted">
              <circle r="4" />
            </g>
          </svg>
          <Maths text={words.counted} />
        </li>
        <li>
          <svg viewBox="-8 -8 16 16">
            <g class="dot withheld">
              <circle r="4" />
              <path class="slash" d="M-4.2 4.2L4.2 -4.2" />
            </g>
          </svg>
          <Maths text={words.withheld} />
        </li>
        <li>
          <svg viewBox="-8 -8 16 16">
            <g class="arrow up">
              <path d="M0 7V-4" />
              <path class="head" d="M-3 -3L0 -7L3 -3Z" />
            </g>
          </svg>
          {words.up}
        </li>
        <li>
          <svg viewBox="-8 -8 16 16">
            <g class="arrow down">
              <path d="M0 -7V4" />
              <path class="head" d="M-3 3L0 7L3 3Z" />
            </g>
          </svg>
          {words.down}
        </li>
      </ul>
    </figure>
  );
}

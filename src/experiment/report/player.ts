/** What makes a report play: a bar with the steps, and the script that moves a cursor through every figure. */
import { html, Markup } from './html.ts';

/** Shown by the script, which alone makes it of use. */
export const PLAY_BAR = html`<section class="play" aria-label="Step by step" hidden>
  <button type="button">Play</button>
  <input type="range" min="0" max="0" value="0" aria-label="Step" />
  <output></output>
</section>`;

/**
 * Reads the figures (`renderChart`) and the groups (`groups.ts`) of the page, asks nothing of the network, and writes what others
 * wrote as text alone.
 */
const SCRIPT = `
(() => {
  'use strict';
  const SVG = 'http://www.w3.org/2000/svg';
  const bar = document.querySelector('.play');
  const [button, slider, output] = ['button', 'input', 'output'].map((name) => bar.querySelector(name));
  const element = (name, text = null, className = '') => {
    const made = document.createElement(name);
    if (text !== null) made.textContent = text;
    made.className = className;
    return made;
  };
  const shown = (value) => String(Number(value.toPrecision(3))).replace('-', '\\u2212');
  const latest = (list, step, stepOf) => list.filter((each) => stepOf(each) <= step).pop();

  const figures = [...document.querySelectorAll('figure[data-points]')].map((figure) => {
    const [low, high, from, to, top, bottom] = figure.dataset.scale.split(' ').map(Number);
    const line = document.createElementNS(SVG, 'line');
    line.setAttribute('class', 'cursor');
    line.setAttribute('y1', top);
    line.setAttribute('y2', bottom);
    figure.querySelector(':scope > svg').append(line);
    const values = [...figure.querySelectorAll('.legend li')].map((item) => item.appendChild(element('b')));
    const points = JSON.parse(figure.dataset.points);
    const at = (step) => from + ((step - low) / (high - low || 1)) * (to - from);
    return {
      points,
      show(step) {
        line.style.display = step < low || step > high ? 'none' : '';
        for (const end of ['x1', 'x2']) line.setAttribute(end, at(step));
        values.forEach((value, i) => {
          const point = latest(points[i], step, ([x]) => x);
          value.textContent = point ? shown(point[1]) : '\\u2013';
        });
      },
    };
  });

  const opened = new Set([0]);
  const groups = [...document.querySelectorAll('.groups')].map((section) => {
    const arms = JSON.parse(section.querySelector('script').textContent);
    const view = section.querySelector('.group-view');
    const columns = arms.map(({ label }) => {
      const column = view.appendChild(element('section'));
      column.append(element('h3', label));
      return column.appendChild(element('div'));
    });
    let before;
    return {
      steps: arms.flatMap(({ groups }) => groups.map(({ step }) => step)),
      show(step) {
        const now = arms.map(({ groups }) => latest(groups, step, (group) => group.step) ?? groups[0]);
        if (before && now.every((group, i) => group === before[i])) return;
        before = now;
        now.forEach((group, i) => columns[i].replaceChildren(...(group ? contentOf(group) : [])));
      },
    };
  });
  function contentOf({ step, task, prompt, completions }) {
    const list = completions.map(({ text, passes, outcome, facts }, i) => {
      const item = element('details', null, passes ? 'pass' : 'fail');
      item.open = opened.has(i);
      const summary = item.appendChild(element('summary', (passes ? '\\u2713 ' : '\\u2717 ') + outcome));
      summary.append(element('small', facts));
      item.append(element('pre', text));
      // The same place of the other arms opens, too.
      summary.addEventListener('click', () => {
        if (item.open) opened.delete(i);
        else opened.add(i);
        for (const other of document.querySelectorAll('.group-view > section > div'))
          if (other.querySelectorAll('details')[i] && !other.contains(item))
            other.querySelectorAll('details')[i].open = opened.has(i);
      });
      return item;
    });
    return [element('p', 'Step ' + step + ' \\u00b7 ' + task, 'note'), element('pre', prompt, 'prompt'), ...list];
  }

  const all = [...figures.flatMap(({ points }) => points.flat().map(([x]) => x)), ...groups.flatMap((each) => each.steps)];
  const steps = [...new Set(all)].sort((a, b) => a - b);
  if (steps.length < 2) return;
  const show = (place) => {
    const step = steps[place];
    slider.value = place;
    output.textContent = 'step ' + step + ' of ' + steps[steps.length - 1];
    slider.setAttribute('aria-valuetext', output.textContent);
    for (const part of [...figures, ...groups]) part.show(step);
  };
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = 'Play';
  };
  slider.max = steps.length - 1;
  slider.addEventListener('input', () => {
    stop();
    show(Number(slider.value));
  });
  button.addEventListener('click', () => {
    if (timer) return stop();
    if (Number(slider.value) === steps.length - 1) show(0);
    button.textContent = 'Pause';
    timer = setInterval(() => {
      show(Number(slider.value) + 1);
      if (Number(slider.value) === steps.length - 1) stop();
    }, 500);
  });
  bar.hidden = false;
  show(steps.length - 1);
})();
`;

export const PLAYER = new Markup(`<script>${SCRIPT}</script>`);

import { describe, expect, it } from 'vitest';
import { batchAdvantages } from '../../src/rl/advantages.ts';
import { GATE_NAMES, totalReward } from '../../src/rl/gate.ts';
import { appears, countOf, openApp, page, textOf, useBrowser } from '../support/app-page.ts';
import { axeViolations, DESKTOP, PHONE } from '../support/lab-page.ts';

useBrowser();

async function open(address: string, viewport = DESKTOP, scheme: 'light' | 'dark' = 'light'): Promise<void> {
  await openApp(address, { viewport, scheme });
  await appears('.run-panel');
}

const statusBecomes = (word: string): Promise<unknown> =>
  page.waitForFunction((w) => document.querySelector('.run-status strong')?.textContent === w, {}, word);

interface Shown {
  readonly parts: { readonly format: number; readonly outcome: number; readonly thinking: number };
  readonly total: number;
  readonly advantage: number;
}

/** The rows of the open group as they are shown. */
const read = (): Promise<Shown[]> =>
  page.$$eval('.completion', (rows) =>
    rows.map((row) => {
      const number = (selector: string): number =>
        Number((row.querySelector(selector)?.lastChild?.textContent ?? '').replace('−', '-'));
      const [format, outcome, thinking] =
        row
          .querySelector('.reward-bar .visually-hidden')
          ?.textContent?.match(/[\d.]+/g)
          ?.map(Number) ?? [];
      return {
        parts: { format: format ?? NaN, outcome: outcome ?? NaN, thinking: thinking ?? NaN },
        total: number('.total'),
        advantage: number('.advantage'),
      };
    }),
  );

const settings = () =>
  page.evaluate(() => ({
    preset: document.querySelector<HTMLSelectElement>('#preset')?.value,
    gate: document.querySelector<HTMLInputElement>('input[name=gate]:checked')?.value,
    seed: document.querySelector<HTMLInputElement>('#seed')?.value,
    steps: document.querySelector<HTMLInputElement>('#steps')?.value,
    learningRate: document.querySelector<HTMLInputElement>('#learningRate')?.value,
    device: document.querySelector<HTMLSelectElement>('#device')?.value,
  }));

async function type(field: string, value: string): Promise<void> {
  await page.click(field, { count: 3 });
  await page.keyboard.type(value);
  await page.keyboard.press('Tab');
}

describe('the Lab', () => {
  it('says what will appear before anything has run', async () => {
    await open('?demo');
    expect(await textOf('h1')).toBe('Posterior');
    expect(await textOf('.run-status strong')).toBe('Ready');
    expect(await countOf('.chart .empty')).toBe(await countOf('.chart'));
    expect(await textOf('.empty-state')).toContain('After a step');
    expect(await textOf('.demo-badge')).toBe('Demonstration data');
  });

  it('shows a run: curves, scores, every group and every completion', async () => {
    await open('?demo=20');
    expect(await textOf('.progress-block')).toContain('Step 20 of 100');
    expect(await countOf('.group-list button')).toBe(12);
    expect(await countOf('.completion')).toBe(8);
    expect(await countOf('.gate-plot .dot')).toBe(96);
    // The first evaluation, one every five steps, and the heading.
    expect(await countOf('.chart-hero tr')).toBe(6);
    const drawn = await page.$eval('.chart-hero canvas', (canvas) => {
      const { data } = (canvas as HTMLCanvasElement)
        .getContext('2d')!
        .getImageData(0, 0, (canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height);
      return data.some((channel, i) => i % 4 === 3 && channel > 0);
    });
    expect(drawn).toBe(true);
  });

  it('has no accessibility violations in either theme, at any width', async () => {
    // Each width and each theme once: colours do not depend on the width.
    for (const [viewport, scheme] of [
      [DESKTOP, 'light'],
      [PHONE, 'dark'],
    ] as const) {
      await open('?demo=20', viewport, scheme);
      await page.keyboard.press('j');
      await page.keyboard.press('o');
      await appears('.detail .hljs-keyword');
      expect(await axeViolations(page), `${viewport.width} ${scheme}`).toEqual([]);
      await page.keyboard.press('?');
      await appears('dialog[open]');
      expect(await axeViolations(page), `help ${viewport.width} ${scheme}`).toEqual([]);
      await page.close();
    }
    await open('?demo=failed');
    expect(await axeViolations(page)).toEqual([]);
  });

  it.each(['', '=20', '=loading', '=failed', '=stored'])(
    'fits a phone without scrolling sideways (?demo%s)',
    async (state) => {
      await open(`?demo${state}`, PHONE);
      const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(content).toBe(width);
    },
  );

  it('says what happened, what was kept and what to do', async () => {
    await open('?demo=failed');
    expect(await textOf('.message.error')).toMatch(
      /refused to store.*Kept:.*can be continued.*To do:.*Delete/,
    );
    await page.click('.message button');
    await page.waitForFunction(() => !document.querySelector('.message'));
  });
});

describe('keys', () => {
  it('run, pause, step and reset', async () => {
    await open('?demo');
    await page.keyboard.press('.');
    await statusBecomes('Paused');
    expect(await textOf('.progress-block')).toContain('Step 1 of 100');
    await page.keyboard.press('Space');
    await statusBecomes('Training');
    expect(await textOf('[data-command=runPause]')).toBe('Pause');
    await page.keyboard.press('Space');
    await statusBecomes('Paused');
    await page.keyboard.press('>');
    await statusBecomes('Holding between two phases');
    await page.keyboard.press('q');
    await appears('[data-runs=training]');
    expect(await textOf('[data-runs=training]')).toContain('seed 1');
    await page.keyboard.press('R');
    await statusBecomes('Ready');
    expect(await countOf('.completion')).toBe(0);
  });

  it('move through groups and completions, in the order of the list', async () => {
    await open('?demo=20');
    await page.keyboard.press('j');
    await appears('.completion:nth-child(1).selected');
    await page.keyboard.press('j');
    await appears('.completion:nth-child(2).selected');
    await page.keyboard.press('k');
    await appears('.completion:nth-child(1).selected');
    await page.keyboard.press('o');
    await appears('.completion:nth-child(1) .detail');
    await page.keyboard.press(']');
    await appears('.group-list li:nth-child(2) [aria-current=true]');
    expect(await countOf('.detail')).toBe(0);
    await page.keyboard.press('[');
    await page.keyboard.press('[');
    await appears('.group-list li:nth-child(12) [aria-current=true]');
  });

  it('open and close the help, which lists every command', async () => {
    await open('?demo');
    await page.keyboard.press('?');
    await appears('dialog[open]');
    expect(await countOf('dialog kbd')).toBeGreaterThanOrEqual(11);
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('dialog[open]'));
    // The browser tells the page that it closed the dialog a moment after it did.
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
    await page.keyboard.press('?');
    await appears('dialog[open]');
  });

  it('find a command by its words, and do what can be done now', async () => {
    await open('?demo=5');
    const press = async (key: 'k'): Promise<void> => {
      await page.keyboard.down('Control');
      await page.keyboard.press(key);
      await page.keyboard.up('Control');
    };
    await press('k');
    await appears('.palette[open]');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.type('no such thing');
    expect(await textOf('.palette [role=status]')).toBe('No command matches these words.');
    await page.keyboard.down('Control');
    await page.keyboard.press('a');
    await page.keyboard.up('Control');
    await page.keyboard.type('lab reward');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.title.startsWith('Reward lab'));
    expect(await countOf('.palette[open]')).toBe(0);
  });

  it('leave a field alone while it is typed in', async () => {
    await open('?demo');
    await page.focus('#seed');
    await page.keyboard.type(' .g?');
    expect(await page.$eval('#seed', (field) => (field as HTMLInputElement).value)).toContain(' .g?');
    expect(await textOf('.run-status strong')).toBe('Ready');
    expect(await countOf('dialog[open]')).toBe(0);
  });

  it('walk a chart', async () => {
    await open('?demo=20');
    const slider = '.chart-hero input[type=range]';
    const spoken = (): Promise<string | null> => page.$eval(slider, (s) => s.getAttribute('aria-valuetext'));
    expect(await spoken()).toMatch(/^step 20: /);
    await page.focus(slider);
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(
      (s) => document.querySelector(s)?.getAttribute('aria-valuetext')?.startsWith('step 15: '),
      {},
      slider,
    );
  });
});

/** Gates that go by the share of tests passed. */
const BY_SHARE: ReadonlySet<string> = new Set(['soft', 'threshold']);

describe('looking through another gate', () => {
  it('recomputes sums and advantages of the same completions', async () => {
    await open('?demo=7');
    const seen = new Set<string>();
    for (const gate of GATE_NAMES) {
      await page.waitForFunction(
        (g) => document.querySelector<HTMLInputElement>('input[name=lens]:checked')?.value === g,
        {},
        gate,
      );
      const rows = await read();
      if (BY_SHARE.has(gate)) {
        // The rows do not show the share of tests passed, but between none and all of R_t counts.
        for (const { total, parts } of rows) {
          expect(total).toBeGreaterThan(totalReward(parts, 'outcome') - 1e-6);
          expect(total).toBeLessThan(totalReward(parts, 'ungated') + 1e-6);
        }
      } else {
        const rewarded = rows.map(({ parts }) => ({
          rewards: parts,
          passedTests: parts.outcome,
          extra: 0,
          reward: totalReward(parts, gate),
        }));
        const expected = batchAdvantages(rewarded, { gate, groupSize: rows.length, advantage: 'group' });
        for (const [i, row] of rows.entries()) {
          expect(row.total).toBeCloseTo(rewarded[i]!.reward, 6);
          // R_t is shown with two decimals.
          expect(Math.abs(row.advantage - expected[i]!)).toBeLessThan(0.04);
        }
      }
      seen.add(JSON.stringify(rows.map((row) => row.parts.thinking).sort()));
      await page.keyboard.press('g');
    }
    expect(seen.size).toBe(1);
    expect(await page.$eval('input[name=gate]:checked', (input) => (input as HTMLInputElement).value)).toBe(
      'posterior',
    );
  });
});

describe('an address without a place', () => {
  const openAfresh = async (): Promise<void> => {
    await page.evaluate(() => history.replaceState(null, '', location.pathname + location.search));
    await page.reload();
  };

  it('opens the lesson first, then the screen that was open last, in the language that was chosen', async () => {
    await open('?demo');
    await page.evaluate(() => localStorage.clear());
    await openAfresh();
    await appears('#lesson');
    await page.keyboard.press('1');
    await appears('.run-panel');
    await page.click('.page-foot button[lang=de]');
    await page.waitForFunction(() => document.documentElement.lang === 'de');
    await openAfresh();
    await appears('.run-panel');
    expect(await textOf('.screen-nav [aria-current=page]')).toBe('Labor');
    expect(await textOf('[data-command=runPause]')).toBe('Start');
    expect(await axeViolations(page)).toEqual([]);
    await page.evaluate(() => localStorage.clear());
  });
});

describe('a link that is shared', () => {
  it('shows a class what it is to see, and stands in another page', async () => {
    await open('?demo=20');
    await page.keyboard.press('s');
    await appears('dialog.share[open]');
    expect(await axeViolations(page)).toEqual([]);
    const checks = await page.$$('.share .check');
    for (const check of checks) {
      const label = await check.evaluate((element) => element.textContent);
      if (/Settings|Curves|Only this view/.test(label ?? '')) await check.click();
    }
    await appears('#share-frame');
    const frame = await page.$eval('#share-frame', (field) => (field as HTMLTextAreaElement).value);
    const [, source = ''] = /src="([^"]*)"/.exec(frame) ?? [];
    expect(source).toContain('hide=settings%2Ccurves&amp;embed=1');
    await page.close();
    await openApp(`?demo=20${new URL(source.replaceAll('&amp;', '&')).hash}`);
    await appears('.page-foot a[target=_blank]');
    for (const gone of ['.page-head', '.settings-box', '.charts']) expect(await countOf(gone)).toBe(0);
    expect(await countOf('.run-panel')).toBe(1);
    expect(await axeViolations(page)).toEqual([]);
  });
});

describe('the address', () => {
  it('holds every setting and gives it back', async () => {
    await open('?demo');
    await page.select('#preset', 'starter-kl');
    await page.click('input[name=gate][value=ungated]');
    await type('#seed', '41');
    await type('#steps', '33');
    await type('#learningRate', '3e-4');
    await page.select('#device', 'wasm');
    await page.waitForFunction(() => location.hash.includes('device=wasm'));
    const before = await settings();
    const hash = await page.evaluate(() => location.hash);
    expect(hash).toBe('#v=1&preset=starter-kl&gate=ungated&seed=41&steps=33&lr=0.0003&device=wasm');
    await page.close();
    await open(`?demo${hash}`);
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#seed')?.value === '41');
    expect(await settings()).toEqual(before);
    expect(await countOf('.message')).toBe(0);
  });

  it('leaves out what it does not know, and says so', async () => {
    await open('?demo#v=1&seed=7&gate=wide&colour=red&preset=nowhere');
    await appears('.message');
    const said = await textOf('.message');
    for (const key of ['gate', 'colour', 'preset']) expect(said).toContain(key);
    expect(said).not.toContain('seed');
    expect(await settings()).toMatchObject({ seed: '7', gate: 'posterior', preset: 'starter' });
  });

  it('does not read a link of another version', async () => {
    await open('?demo#v=9&seed=7');
    await appears('.message');
    expect(await textOf('.message')).toContain('another version');
    expect(await settings()).toMatchObject({ seed: '1' });
  });

  it('keeps an impossible value in its field with the reason', async () => {
    await open('?demo');
    await type('#learningRate', 'fast');
    await appears('#learningRate[aria-invalid=true]');
    expect(await textOf('#learningRate-about')).toContain('1e-4');
  });
});

describe('while it runs', () => {
  it('moves nothing on the page', async () => {
    await open('?demo=3');
    await page.evaluate(() => {
      Object.assign(globalThis, { shift: 0 });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
        })[]) {
          if (!entry.hadRecentInput) (globalThis as unknown as { shift: number }).shift += entry.value;
        }
      }).observe({ type: 'layout-shift' });
    });
    await page.keyboard.press('Space');
    await page.waitForFunction(() =>
      document.querySelector('.progress-block')?.textContent?.includes('Step 7 of'),
    );
    // Far below the 0.1 that counts as good: a digit more or less in a number, never a block that moves.
    expect(await page.evaluate(() => (globalThis as unknown as { shift: number }).shift)).toBeLessThan(0.002);
  });

  it('holds the step of an open completion until told to follow again', async () => {
    await open('?demo=3');
    await page.keyboard.press('o');
    await appears('.detail');
    await page.keyboard.press('.');
    await page.waitForFunction(() =>
      document.querySelector('.progress-block')?.textContent?.includes('Step 4 of'),
    );
    expect(await textOf('.groups h2 small')).toBe('Step 3');
    await page.click('.follow');
    await page.waitForFunction(() => document.querySelector('.groups h2 small')?.textContent === 'Step 4');
  });

  it('asks for a reset to apply a change', async () => {
    await open('?demo=3');
    await page.click('input[name=gate][value=outcome]');
    await appears('.gate-picker .badge');
    await page.click('[data-command=reset]');
    await page.waitForFunction(() => !document.querySelector('.gate-picker .badge'));
  });
});

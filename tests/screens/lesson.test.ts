import { describe, expect, it } from 'vitest';
import { appears, countOf, openApp, page, textOf, textsOf, useBrowser } from '../support/app-page.ts';
import { axeViolations, DESKTOP, PHONE } from '../support/lab-page.ts';

/** The Lesson as a person reads it: one page, scrolled once through, with one thing done in each kind of chapter. */

let missing = false;
useBrowser({
  intercept: ({ url }, response) => {
    if (!missing || !url?.includes('lesson/recording.json')) return false;
    response.statusCode = 404;
    response.end();
    return true;
  },
});

const LESSON = '?demo#v=1&screen=lesson';

/** The browser makes a phone's page wider where its content is. */
const fits = async ({ width }: { readonly width: number }): Promise<void> =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);

describe('the Lesson', () => {
  it('is read by scrolling, and answers a prediction, a reward, a gate and a token', async () => {
    await openApp(LESSON, { viewport: DESKTOP });
    await appears('#chapter-yours');
    expect(await countOf('.chapter')).toBe(9);
    await page.keyboard.press('n');
    await page.waitForFunction(() => location.hash.includes('chapter=group'));
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('A group and its baseline');

    await page.click('#chapter-group .preset-buttons button:last-child');
    const advantages = (): Promise<string[]> => textsOf('#chapter-group .advantage-value b');
    expect(await advantages()).toEqual([...Array.from({ length: 7 }, () => '+0.35'), '−2.47']);
    await page.focus('#chapter-group tbody tr:nth-child(8) input');
    await page.keyboard.press('End');
    expect((await advantages()).at(-1)).toBe('+2.47');
    expect(await textOf('[data-prediction=group] .prediction-answer')).toBe('');
    await page.click('[data-prediction=group] input[value=none]');
    await page.click('[data-prediction=group] button[type=submit]');
    expect(await textOf('[data-prediction=group] .prediction-answer')).toMatch(
      /You said: 0.*It is: about \+0\.35/,
    );

    const scores = (): Promise<string[]> => textsOf('#chapter-thought .reading-thinking dd');
    expect(await scores()).toEqual(['?', '?', '?', '?']);
    await page.click('[data-prediction=thought] button.quiet');
    expect(await textOf('[data-prediction=thought] .prediction-answer')).toMatch(/^It is:/);
    expect(await scores()).toEqual(Array.from({ length: 4 }, () => expect.stringMatching(/^0\.\d{3}$/)));
    expect(await countOf('#chapter-ungated .advantage-value')).toBe(0);
    await page.click('[data-prediction=ungated] button.quiet');
    expect(await countOf('#chapter-ungated .advantage-value')).toBe(8);

    const withheld = (): Promise<string> => textOf('#chapter-gate .facts > div:nth-child(2) dd');
    expect(await withheld()).toBe('0 %');
    await page.click('input[name=lesson-gate][value=posterior]');
    await page.waitForFunction(
      () => document.querySelector('#chapter-gate .facts > div:nth-child(2) dd')?.textContent !== '0 %',
    );

    await page.click('#chapter-update [role=option]:nth-child(5)');
    const token = await textOf('#chapter-update .chain h3');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      (before) => document.querySelector('#chapter-update .chain h3')?.textContent !== before,
      {},
      token,
    );
    await page.click('input[name=lesson-method][value=dr-grpo]');
    expect(await textsOf('#chapter-formula .term.absent small')).toEqual([
      'distance from the reference',
      'scale',
    ]);
    await page.hover('[data-term=reward]');
    await appears('#chapter-formula td.lit');

    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.waitForFunction(() => location.hash.includes('chapter=yours'));
    expect(await axeViolations(page)).toEqual([]);
    await fits(DESKTOP);
    await page.click('.lab-links a');
    await appears('.run-panel');
    expect(await page.evaluate(() => location.hash)).toMatch(/gate=posterior&seed=2&steps=30/);
    await page.goBack();
    await appears('#chapter-yours');
    // What was predicted is kept for the visit.
    expect(await textOf('[data-prediction=group] .prediction-answer')).toContain('You said');
  });

  it('reads on a phone in the dark, from the chapter of the link', async () => {
    await openApp(`${LESSON}&chapter=gate`, { viewport: PHONE, scheme: 'dark' });
    await appears('#chapter-yours');
    await page.waitForFunction(() => document.activeElement?.textContent === 'The gate');
    expect(await axeViolations(page)).toEqual([]);
    await fits(PHONE);
  });

  it('says what is wrong where the recording is missing, and reads it when it is there again', async () => {
    missing = true;
    await openApp(LESSON, { expected: (text) => text.includes('404') });
    await appears('.lesson-failed');
    expect(await textOf('.lesson-failed')).toMatch(/recording\.json is missing \(404\)/);
    missing = false;
    await page.click('.lesson-failed button');
    await appears('#chapter-yours');
  });
});

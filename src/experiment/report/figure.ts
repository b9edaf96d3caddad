/** A chart as a file: an SVG that needs no page, drawn from the data. */
import { type Chart, escapeHtml, plotOf, type Series, type Size } from '../../report/chart.ts';
import { colorIn, PALETTE, type Theme } from '../../report/palette.ts';

const PLOT: Size = { width: 720, height: 360 };
const PADDING = 20;
const LINE = 18;
const FONT = 'font-family="system-ui, -apple-system, Segoe UI, Liberation Sans, Arial, sans-serif"';
/** Width of a character, about: nothing here can measure text. */
const CHARACTER = 6.6;
const KEY = 34;

/**
 * The figure with its title, legend and caption, or `null` when no series has a value.
 * @param document makes the elements; nothing is added to it
 * @param theme `both`: light, and dark where whoever shows it is dark
 */
export function figureSvg(chart: Chart, document: Document, theme: Theme | 'both'): string | null {
  const plotted = plotOf(chart, document, PLOT);
  if (plotted === null) return null;
  const { svg, named } = plotted;
  // Values that appear under a pointer are nothing on paper.
  for (const hover of svg.querySelectorAll('.hover')) hover.remove();
  const legend = legendOf(named);
  const plotTop = PADDING + 28 + legend.height;
  const caption = wrapped(chart.caption, Math.floor(PLOT.width / CHARACTER));
  const [width, height] = [PLOT.width + 2 * PADDING, plotTop + PLOT.height + caption.length * LINE + PADDING];
  const name = svg.getAttribute('aria-label') ?? chart.title;
  for (const attribute of ['role', 'aria-label', 'class']) svg.removeAttribute(attribute);
  for (const [attribute, value] of [['x', PADDING], ['y', plotTop]] as const) svg.setAttribute(attribute, String(value)); // prettier-ignore
  const text = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
      `aria-label="${escapeHtml(name)}" ${FONT} font-size="12">`,
    theme === 'both' ? `<style>${DARK}</style>` : '',
    `<rect width="${width}" height="${height}" fill="var(--surface)"/>`,
    `<text x="${PADDING}" y="${PADDING + 14}" font-size="17" font-weight="600" fill="var(--ink)">${escapeHtml(chart.title)}</text>`,
    `<g transform="translate(${PADDING} ${PADDING + 28})" fill="var(--ink-2)">${legend.markup}</g>`,
    svg.outerHTML,
    ...caption.map(
      (line, i) =>
        `<text x="${PADDING}" y="${plotTop + PLOT.height + LINE * (i + 0.8)}" fill="var(--ink-2)">${escapeHtml(line)}</text>`,
    ),
    '</svg>',
  ].join('\n');
  return colored(text, theme === 'dark' ? 'dark' : 'light').replaceAll('&nbsp;', '&#160;');
}

/** Colours as they are: not every program that opens an SVG knows custom properties. */
const colored = (text: string, theme: Theme): string =>
  text
    .replaceAll('"currentColor"', '"var(--ink-2)"')
    .replace(/var\(--([\w-]+)\)/g, (whole, name: string) => colorIn(name, theme) ?? whole);

/** What was given a light colour gets the dark one of the same name. */
const DARK = `@media (prefers-color-scheme: dark) { ${[...new Map(Object.values(PALETTE))]
  .map(([light, dark]) => `[fill="${light}"] { fill: ${dark} } [stroke="${light}"] { stroke: ${dark} }`)
  .join(' ')} }`;

/** Names with a piece of their line, in as many rows as they need. */
function legendOf(series: readonly Series[]): { readonly markup: string; readonly height: number } {
  let [x, y] = [0, 0];
  const parts = series.map(({ label, look }) => {
    const room = KEY + label.length * CHARACTER + 18;
    if (x > 0 && x + room > PLOT.width) [x, y] = [0, y + LINE];
    const key =
      `<line x1="${x}" x2="${x + KEY - 8}" y1="${y + 8}" y2="${y + 8}" stroke="${look?.color ?? 'currentColor'}" stroke-width="2.5" ` +
      `stroke-dasharray="${look?.dash ?? 'none'}"/>`;
    const name = `<text x="${x + KEY}" y="${y + 12}">${escapeHtml(label)}</text>`;
    x += room;
    return key + name;
  });
  return { markup: parts.join(''), height: y + LINE };
}

/** Lines of at most so many characters, broken between words. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

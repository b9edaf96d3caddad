/** Curves over steps as SVG: the axes, and paths in their scale. Values lie in [0, 1]. */

export const COLOURS = { posterior: '#1f5fbf', ungated: '#c98a00', outcome: '#c2453a' };
const MARKS = [0, 0.25, 0.5, 0.75, 1];

export const text = (at, up, content, more = '') => `<text x="${at}" y="${up}" ${more}>${content}</text>`;

/** Steps 0 to `last` across `width` − `left` − `right`, and so on for the height. */
export function axes({ width, height, left, right, top, bottom, last }) {
  const x = (step) => left + ((width - left - right) * step) / last;
  const y = (value) => top + (height - top - bottom) * (1 - value);
  const point = ([step, value]) => `${x(step).toFixed(1)} ${y(value).toFixed(1)}`;
  const path = (points) => points.map((at, i) => `${i ? 'L' : 'M'}${point(at)}`).join('');
  const grid = MARKS.map(
    (value) =>
      `<path d="M${left} ${y(value)}H${width - right}" stroke="#ddd"/>${text(left - 8, y(value) + 4, value.toFixed(2), 'text-anchor="end"')}`,
  );
  const ticks = MARKS.map((share) =>
    text(x(share * last), height - bottom + 20, Math.round(share * last), 'text-anchor="middle"'),
  );
  const label = text((left + width - right) / 2, height - 6, 'steps', 'text-anchor="middle"');
  return {
    x,
    y,
    path,
    frame: `${grid.join('')}${ticks.join('')}`,
    label,
    /** Between two curves over the same steps. */
    band: (low, high) => `${path(low)}L${high.toReversed().map(point).join('L')}Z`,
  };
}

/** A whole drawing; `description` is what is read out in its place. */
export const drawing = (width, height, description, content) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#444" role="img" aria-label="${description}">
<rect width="${width}" height="${height}" fill="#fff"/>
${content.join('\n')}
</svg>
`;

import { escapeHtml } from '../../report/chart.ts';

/** Text that is markup already. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Part = Markup | string | number | null | readonly Part[];

/**
 * Markup whose every value is escaped unless it is markup itself; null is nothing, and lists are joined. How the template
 * is indented does not come along.
 */
export const html = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(
    pieces
      .map((piece) => piece.replace(/\n\s*/g, '\n'))
      .map((piece, i) => (i === 0 ? piece : textOf(parts[i - 1]!) + piece))
      .join(''),
  );

function textOf(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escapeHtml(String(part));
}

/** Columns of numbers, each row named by its first cell, in a frame that scrolls where it is too narrow. */
export function table(name: string, head: readonly Part[], rows: readonly (readonly Part[])[]): Markup {
  return html`<div class="wide" role="region" aria-label="${name}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first = null, ...rest]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${rest.map((cell) => html`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

export const details = (summary: Part, content: Part): Markup =>
  html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;

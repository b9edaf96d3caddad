/** One HTML file with everything in it. Its one script moves through it, and no request leaves it. */
import { REPORT_STYLE } from '../../report/style.ts';
import { html, Markup, type Part } from './html.ts';
import { PLAY_BAR, PLAYER } from './player.ts';
import { EXPERIMENT_STYLE } from './style.ts';

/** Whatever a text of others might smuggle in, nothing is loaded and nothing is sent. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** @param head what a reader must see before anything else */
export const reportPage = (title: string, head: Part, content: Part): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Markup(REPORT_STYLE + EXPERIMENT_STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${head} ${PLAY_BAR} ${content}
        </main>
        ${PLAYER}
      </body>
    </html> `.text;

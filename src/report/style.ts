import { PALETTE_CSS } from './palette.ts';

/** The style sheet of a report. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; ${PALETTE_CSS} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 8px; text-wrap: balance; }
h2 { font-size: 19px; margin: 36px 0 12px; }
h3 { font-size: 15px; margin: 0; }
p { margin: 0 0 16px; color: var(--ink-2); max-width: 75ch; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 14px 5px 0; text-align: right; border-bottom: 1px solid var(--line); }
th[scope=row] { text-align: left; font-weight: 500; }
.summary { font-size: 17px; }
.summary td:nth-child(3) { font-weight: 650; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 16px; }
figure, article { margin: 0; padding: 14px 16px; background: var(--surface); border: 1px solid var(--line);
  border-radius: 10px; }
article { margin-bottom: 12px; }
article p { margin: 2px 0 10px; font-variant-numeric: tabular-nums; }
article.pass { border-left: 4px solid var(--accent); }
article.fail { border-left: 4px solid var(--negative); }
pre { margin: 0; overflow-x: auto; white-space: pre-wrap; font: 13px/1.45 ui-monospace, monospace; }
figcaption { color: var(--ink-2); font-size: 13px; }
svg { display: block; width: 100%; height: auto; margin: 6px 0; }
svg text { fill: var(--ink-2); font: 11px system-ui, sans-serif; white-space: pre; }
svg .hover circle { opacity: 0; }
svg .hover circle:hover { opacity: 1; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 2px 0 0; padding: 0; list-style: none;
  font-size: 13px; color: var(--ink-2); }
.legend li::before { content: ''; display: inline-block; width: 16px; margin-right: 6px; vertical-align: middle;
  border-top: 2px solid var(--accent); }
.legend .c1::before { border-top: 2px dashed var(--negative); } .legend .c2::before { border-top: 2px dotted var(--ink-3); }
details { margin-top: 20px; } summary { cursor: pointer; font-weight: 600; }
.wide { overflow-x: auto; }
@media (max-width: 480px) { svg text { font-size: 14px; } }
@media print { figure, article { break-inside: avoid; } }
`;

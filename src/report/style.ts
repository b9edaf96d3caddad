/** The style sheet of a report. Colours are told apart by those who do not see red and green alike. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e8eaed); --soft: light-dark(#60666d, #9aa3ad);
  --paper: light-dark(#fdfdfc, #15181b); --card: light-dark(#fff, #1d2125); --line: light-dark(#e3e5e8, #31373d);
  --c0: light-dark(#0b62c4, #6cb2ff); --c1: light-dark(#c2570c, #ffa45c); --c2: light-dark(#6b7280, #a8b0ba); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 8px; text-wrap: balance; }
h2 { font-size: 19px; margin: 36px 0 12px; }
h3 { font-size: 15px; margin: 0; }
p { margin: 0 0 16px; color: var(--soft); max-width: 75ch; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 14px 5px 0; text-align: right; border-bottom: 1px solid var(--line); }
th[scope=row] { text-align: left; font-weight: 500; }
.summary { font-size: 17px; }
.summary td:nth-child(3) { font-weight: 650; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 16px; }
figure, article { margin: 0; padding: 14px 16px; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
article { margin-bottom: 12px; }
article p { margin: 2px 0 10px; font-variant-numeric: tabular-nums; }
article.pass { border-left: 4px solid var(--c0); }
article.fail { border-left: 4px solid var(--c1); }
pre { margin: 0; overflow-x: auto; white-space: pre-wrap; font: 13px/1.45 ui-monospace, monospace; }
figcaption { color: var(--soft); font-size: 13px; }
svg { display: block; width: 100%; height: auto; margin: 6px 0; }
svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
svg path { fill: none; stroke-width: 2; stroke-linejoin: round; }
.grid { stroke: var(--line); }
path.c0, circle.c0 { stroke: var(--c0); } path.c1, circle.c1 { stroke: var(--c1); }
path.c2, circle.c2 { stroke: var(--c2); }
path.c1 { stroke-dasharray: 6 3; } path.c2 { stroke-dasharray: 2 3; }
path.ghost { stroke-width: 1; stroke-dasharray: none; opacity: .35; }
circle { fill: var(--card); stroke-width: 1.5; }
circle.hover { opacity: 0; }
circle.hover:hover { opacity: 1; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 2px 0 0; padding: 0; list-style: none;
  font-size: 13px; color: var(--soft); }
.legend li::before { content: ''; display: inline-block; width: 16px; margin-right: 6px; vertical-align: middle;
  border-top: 2px solid var(--c0); }
.legend .c1::before { border-top: 2px dashed var(--c1); } .legend .c2::before { border-top: 2px dotted var(--c2); }
details { margin-top: 20px; } summary { cursor: pointer; font-weight: 600; }
.wide { overflow-x: auto; }
@media print { figure, article { break-inside: avoid; } }
`;

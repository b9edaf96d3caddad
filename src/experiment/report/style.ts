/** What the report of an experiment adds to that of a run. Dashes tell apart what some eyes do not. */
export const EXPERIMENT_STYLE = `
main { max-width: 1120px; } h2 { margin-top: 44px; } .metric { margin-top: 26px; } .metric > h3 { font-size: 17px; }
.metric figure h3 { font-weight: 500; } figcaption:empty { display: none; }
a { color: var(--accent); }
.legend .keyed::before { content: none; }
svg.key { display: inline-block; width: 30px; height: 8px; margin: 0 6px 0 0; }
.question { font-size: 18px; color: var(--ink); }
.expectation { padding-left: 14px; border-left: 3px solid var(--line); }
.warning { padding: 10px 14px; background: var(--warn-soft); color: var(--ink); border-left: 4px solid var(--warn);
  border-radius: 6px; }
.answer { margin: 0 0 18px; padding: 14px 18px; background: var(--surface); border: 1px solid var(--line);
  border-left: 4px solid var(--accent); border-radius: 10px; }
.answer p { margin: 0; max-width: none; } .answer .name { margin: 4px 0; font-size: 18px; font-weight: 600; color: var(--ink); }
.tag { font-size: 12px; font-weight: 600; color: var(--accent); }
.note, .terms { font-size: 14px; } .note { margin-top: 8px; max-width: 90ch; }
td, th { vertical-align: top; } thead th { vertical-align: bottom; font-size: 13px; color: var(--ink-2); }
thead th:first-child { text-align: left; } td { white-space: nowrap; }
th small, td small { display: block; font-size: 12px; font-weight: 400; color: var(--ink-2); white-space: normal; }
td small { white-space: nowrap; } small.second, .note em { font-style: italic; }
th[scope=row] { min-width: 11em; max-width: 26em; }
td code { font: 12.5px ui-monospace, monospace; white-space: normal; overflow-wrap: break-word; }
td code.hash { font-size: 11px; overflow-wrap: anywhere; }
h2 ~ h3 { margin-top: 20px; }
.terms { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; color: var(--ink-2); }
.terms dt { font-weight: 600; } .terms dd { margin: 0; }
figure.full { margin: 14px 0; }
.strips { margin: 10px 0 6px; padding: 0; list-style: none; }
.strips li { display: grid; grid-template-columns: minmax(0, 17em) minmax(0, 1fr) 5em; gap: 0 12px; align-items: center;
  grid-template-areas: 'name strip value'; border-top: 1px solid var(--grid); padding: 2px 0; }
.strips .name { grid-area: name; line-height: 1.25; } .strips .name small { display: block; color: var(--ink-2); }
.strips .value { grid-area: value; text-align: right; font-weight: 650; font-variant-numeric: tabular-nums; }
.strips svg { grid-area: strip; height: 32px; margin: 0; overflow: visible; }
.strips .axis svg { height: 18px; } .strips .axis text { text-anchor: middle; font-size: 12px; }
.strips circle { fill: currentColor; fill-opacity: .45; stroke: currentColor; }
.strips line { stroke: currentColor; } .strips .interval { stroke-width: 2.5; } .strips .mean { stroke-width: 3; }
.strips .grid { stroke: var(--grid); } .strips .reference { stroke: var(--ink-3); stroke-dasharray: 4 3; }
pre.prompt { margin-bottom: 8px; padding-bottom: 8px; color: var(--ink-2); border-bottom: 1px solid var(--line); }
details > article, details > .wide { margin-top: 10px; } details > h3 { margin: 16px 0 4px; }
.wide + .note, .wide + details, details + details { margin-top: 10px; }
.play { position: sticky; top: 0; z-index: 1; display: flex; gap: 12px; align-items: center; margin: 18px 0; padding: 10px 14px;
  background: var(--surface); border: 1px solid var(--line); border-radius: 10px; font-variant-numeric: tabular-nums; }
.play[hidden] { display: none; } .play input { flex: 1; min-width: 0; accent-color: var(--accent); }
.play button { min-width: 5em; padding: 6px 12px; font: inherit; font-weight: 600; color: var(--ink); background: var(--paper);
  border: 1px solid var(--ink-3); border-radius: 6px; cursor: pointer; }
.play :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
figure .cursor { stroke: var(--ink-3); stroke-width: 1; }
.legend b { min-width: 2.6em; margin-left: 6px; color: var(--ink); font-variant-numeric: tabular-nums; }
.group-view { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 16px; }
.group-view > section { min-width: 0; } .group-view details { margin: 8px 0 0; padding: 6px 10px; background: var(--surface);
  border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 6px; }
.group-view .fail { border-left-color: var(--negative); } .group-view details pre { margin-top: 6px; }
.group-view summary { font-weight: 500; }
.group-view summary small { display: block; font-size: 12px; color: var(--ink-2); font-variant-numeric: tabular-nums; }
@media print { .play { display: none; } }
@media (max-width: 640px) {
  main { padding: 20px 14px 48px; } h1 { font-size: 22px; }
  .strips li { grid-template-columns: minmax(0, 1fr) auto; grid-template-areas: 'name value' 'strip strip'; }
  .terms { grid-template-columns: 1fr; } .terms dd { margin-bottom: 6px; }
  th[scope=row] { min-width: 9em; max-width: 12em; }
}
`;

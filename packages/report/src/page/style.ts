import { PALETTE, type PaletteName } from "../charts/palette.js";

/** The style sheet of a page; its colours are those of the charts. */
export function pageStyle(): string {
  return `${colours("light")}
@media screen and (prefers-color-scheme: dark) { ${colours("dark")} }
${RULES}`;
}

function colours(mode: "light" | "dark"): string {
  const names = Object.keys(PALETTE) as PaletteName[];
  return `:root { ${names.map((name) => `--${name}: ${PALETTE[name][mode]};`).join(" ")} }`;
}

const RULES = `
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 0 clamp(0.9rem, 3vw, 2rem) 3rem; max-width: 72rem;
  background: var(--surface); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: break-word;
}
h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; margin: 1.2rem 0 0.4rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.6rem 0 0.8rem; padding-top: 1rem; border-top: 1px solid var(--grid); }
h3 { font-size: 1.05rem; margin: 1.2rem 0 0.3rem; }
p { margin: 0.4rem 0 0.8rem; max-width: 46rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; padding: 0.5rem 1rem; background: var(--surface); }
.skip:focus { left: 0.5rem; top: 0.5rem; z-index: 1; }
.banner { margin: 0.8rem 0 0; padding: 0.5rem 0.8rem; max-width: none; border: 2px solid var(--ink); border-radius: 6px; font-weight: 600; }
.banner.synthetic, .banner.edited { border-color: var(--error); color: var(--error); }
.note { color: var(--muted); font-size: 0.92rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; margin: 0.6rem 0; padding: 0; }
nav a { display: inline-block; padding: 0.3rem 0; }
.headline { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem 2.5rem; align-items: start; }
.metric h3 { margin-bottom: 0; color: var(--muted); font-weight: 600; }
.metric .value { font-size: clamp(1.5rem, 5.5vw, 2.1rem); font-weight: 650; line-height: 1.25; margin: 0; font-variant-numeric: tabular-nums; }
.metric .note { margin-top: 0; }
.verdict { padding-left: 0.8rem; border-left: 4px solid var(--accent); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.4rem 2.5rem; align-items: start; }
figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: 0.3rem; }
figure .note { margin: 0.3rem 0; }
.chart { max-width: 35rem; }
.chart svg { display: block; width: 100%; height: auto; }
details { margin: 0.5rem 0 1rem; }
summary { cursor: pointer; padding: 0.25rem 0; color: var(--accent); width: fit-content; }
.scroll { overflow-x: auto; margin: 0.4rem 0 1rem; }
table { border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.9rem 0.35rem 0; text-align: right; vertical-align: middle; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th:first-child { text-align: left; }
tbody th { font-weight: 400; }
.text { text-align: left; white-space: normal; min-width: 6rem; overflow-wrap: anywhere; }
.thumbnail { display: block; width: 8rem; max-width: 100%; height: auto; border-radius: 4px; background: var(--grid); }
.no-image { color: var(--muted); font-size: 0.85rem; }
.examples { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 0.8rem; }
.examples li { min-width: 0; font-size: 0.85rem; }
.examples .thumbnail { width: 100%; }
.examples .name, .examples .note { display: block; overflow-wrap: anywhere; font-size: 0.85rem; }
.findings { list-style: none; margin: 0; padding: 0; max-width: 46rem; }
.findings li { margin-bottom: 0.4rem; }
.findings details { margin: 0; }
.findings summary { color: inherit; }
.findings summary::marker { color: var(--accent); }
.cases { max-height: 18rem; overflow: auto; margin: 0.3rem 0 0.6rem; padding-left: 0.8rem; border-left: 2px solid var(--grid); font-size: 0.92rem; overflow-wrap: anywhere; }
.cases ol { margin: 0; padding-left: 1.6rem; }
.copies { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1.2rem 2rem; }
.copies li { min-width: 0; font-size: 0.92rem; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0.6rem; align-items: start; overflow-wrap: anywhere; }
.copies p { margin: 0.3rem 0 0; }
.limits li { margin-bottom: 0.6rem; max-width: 46rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--grid); color: var(--muted); }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .skip { display: none; }
  figure, tr, .examples li, .copies li { break-inside: avoid; }
  h2, h3, figcaption { break-after: avoid; }
  .scroll { overflow: visible; }
  .cases { max-height: none; overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .charts { grid-template-columns: 1fr 1fr; }
}
`;

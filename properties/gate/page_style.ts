/** The style sheet of the page, for paper, phones, light and dark. */
export const PAGE_STYLE = `
:root {
  --paper: #fdfdfb; --card: #ffffff; --ink: #1c1d1f; --faint: #5d636b; --line: #dcdfe3; --link: #0b5cad;
  --good: #17692f; --good-back: #e0f3e4; --under: #5a5200; --under-back: #f5efc4;
  --printed: #7a3b00; --printed-back: #fdebd7; --bad: #a3131f; --bad-back: #fde3e4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #141518; --card: #1c1e22; --ink: #e8e9eb; --faint: #a2a8b0; --line: #343840; --link: #7db8f5;
    --good: #86dba0; --good-back: #17351f; --under: #e6d978; --under-back: #38330f;
    --printed: #f3b579; --printed-back: #40270e; --bad: #ff9aa1; --bad-back: #481a1e;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; }
h3 { font-size: 1.08rem; margin: 0 0 .6rem; }
h3 a { color: inherit; } a { color: var(--link); }
article {
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0;
  scroll-margin-top: 1rem;
}
.formula { overflow-x: auto; overflow-y: hidden; padding: .2rem 0; overflow-wrap: normal; }
.formula .katex-display { margin: .4rem 0; }
.statement { font-family: Georgia, "Times New Roman", serif; font-size: 1.08rem; }
.badge { font-size: .8rem; font-weight: 600; border-radius: 1rem; padding: .1rem .6rem; white-space: nowrap; }
.holds { color: var(--good); background: var(--good-back); }
.holds-under { color: var(--under); background: var(--under-back); }
.refuted-as { color: var(--printed); background: var(--printed-back); }
.failed, .unverified { color: var(--bad); background: var(--bad-back); }
.printed { border-left: .25rem solid var(--printed); padding-left: .8rem; }
.problems { border: 1px solid var(--bad); border-radius: .5rem; padding: 0 1rem; }
.plain { list-style: none; padding: 0; color: var(--faint); }
nav p { margin: .3rem 0; } nav span { color: var(--faint); display: inline-block; min-width: 11rem; }
nav a { text-decoration: none; border-radius: .3rem; padding: .1rem .4rem; display: inline-block; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .6rem 0; }
dt { color: var(--faint); } dd { margin: 0; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .87rem; overflow-wrap: normal; }
th, td { text-align: left; padding: .2rem .7rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--faint); font-weight: 500; }
td { font-variant-numeric: tabular-nums; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--faint); }
pre { overflow-x: auto; white-space: pre-wrap; background: var(--bad-back); padding: .8rem; border-radius: .4rem; font-size: .8rem; }
.matrix { max-height: 85vh; overflow: auto; border: 1px solid var(--line); border-radius: .5rem; }
.matrix th, .matrix td { padding: .15rem .35rem; }
.matrix thead th { position: sticky; top: 0; background: var(--card); z-index: 2; }
.matrix th:first-child { position: sticky; left: 0; background: var(--card); min-width: 13rem; color: inherit; }
.matrix thead th:first-child { z-index: 3; }
.matrix td { text-align: center; }
.caught { color: var(--good); } .missed { color: var(--bad); background: var(--bad-back); font-weight: 700; }
@media (max-width: 40rem) {
  body { padding: .6rem; } article { padding: .7rem; } .formula { font-size: .9rem; }
  nav span { display: block; } .matrix th:first-child { min-width: 9rem; max-width: 9rem; }
}
@media print { article { break-inside: avoid; } .matrix { max-height: none; } }
`;

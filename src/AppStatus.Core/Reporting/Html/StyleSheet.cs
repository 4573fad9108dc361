namespace AppStatus.Core.Reporting.Html;

/// <summary>The report's look. It stands raw in the page, so that none of the characters that XML escapes may be in it.</summary>
internal static class StyleSheet
{
    public const string Text = """

        :root { color-scheme: light dark; --page: #ffffff; --ink: #1c2330; --soft: #5b6472; --line: #dfe3e8; --band: #f5f7f9; --card: #f5f7f9;
          --check: #4a82bf; --out: #e0a83a; --deploy: #5b6bc0; --in: #3f9d78; --shift: #a866b8; --back: #b0795a; --other: #9aa3ad;
          --good: #1f7a52; --bad: #c22f2f; --warn: #a86a00; --onbar: #ffffff; }
        @media (prefers-color-scheme: dark) { :root { --page: #14181f; --ink: #e4e8ee; --soft: #9aa5b4; --line: #2c343f; --band: #1a2029; --card: #1c222c;
          --check: #4f7fb5; --out: #b98522; --deploy: #6f7ed6; --in: #338a68; --shift: #9d5fae; --back: #96674c; --other: #6d7681;
          --good: #57c595; --bad: #ff7b72; --warn: #e3ac4d; --onbar: #ffffff; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
        main { max-width: 1240px; margin: 0 auto; padding: 28px 24px 48px; }
        h1 { font-size: 25px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
        h2 { font-size: 17px; margin: 34px 0 10px; }
        p { margin: 6px 0; overflow-wrap: anywhere; white-space: pre-line; }
        .state { display: inline-block; padding: 2px 12px; border-radius: 12px; font-weight: 600; font-size: 14px; border: 1.5px solid currentColor; }
        .good { color: var(--good); } .bad { color: var(--bad); } .warning { color: var(--warn); }
        dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 10px 24px; margin: 18px 0 0; }
        dl.facts div { background: var(--card); border-radius: 8px; padding: 8px 14px; min-width: 0; }
        dl.facts dt { color: var(--soft); font-size: 12.5px; } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
        dl.facts div.wide { grid-column: 1 / -1; }
        .next { border-left: 4px solid var(--warn); background: var(--card); border-radius: 0 8px 8px 0; padding: 4px 18px 12px; margin-top: 24px; }
        .next h2 { margin-top: 8px; }
        .next dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 8px 0 0; } .next dd { margin: 0; color: var(--soft); }
        code { font: 13.5px/1.5 ui-monospace, "Cascadia Mono", Consolas, monospace; overflow-wrap: anywhere; }
        .chart { overflow-x: auto; } svg { display: block; width: 100%; min-width: 820px; font: 11px system-ui, "Segoe UI", Roboto, sans-serif; }
        svg text { fill: var(--ink); } svg .tick { fill: var(--soft); } svg .name { font-size: 12.5px; } svg .grid { stroke: var(--line); } svg .band { fill: var(--band); }
        svg .cut { fill: var(--soft); opacity: .22; }
        .lane .sign { font-size: 12.5px; fill: var(--soft); } .lane.succeeded .sign { fill: var(--good); } .lane.failed .sign, .lane.failed .name { fill: var(--bad); font-weight: 600; }
        .bar text { fill: var(--onbar); font-size: 10.5px; } .bar .cross { fill: var(--bad); font-size: 14px; font-weight: 700; }
        .bar.failed rect { stroke: var(--bad); stroke-width: 2.5; } .bar.unknown rect { opacity: .55; stroke: var(--ink); stroke-dasharray: 3 2; }
        .check rect, i.check { fill: var(--check); background: var(--check); } .out rect, i.out { fill: var(--out); background: var(--out); }
        .deploy rect, i.deploy { fill: var(--deploy); background: var(--deploy); } .in rect, i.in { fill: var(--in); background: var(--in); }
        .shift rect, i.shift { fill: var(--shift); background: var(--shift); } .back rect, i.back { fill: var(--back); background: var(--back); }
        .other rect, i.other { fill: var(--other); background: var(--other); }
        .mark line { stroke: var(--soft); stroke-dasharray: 2 3; } .mark circle { fill: var(--soft); } .mark text { fill: var(--page); font-size: 9.5px; font-weight: 600; }
        .mark.warning line { stroke: var(--warn); } .mark.warning circle { fill: var(--warn); } .mark.failure line { stroke: var(--bad); } .mark.failure circle { fill: var(--bad); }
        .course .line { fill: none; stroke: var(--in); stroke-width: 2; } .course .area { fill: var(--in); opacity: .16; } .course .area.low { fill: var(--bad); opacity: .4; }
        .course line.limit { stroke: var(--bad); stroke-dasharray: 6 4; } .course text.limit { fill: var(--bad); }
        .share .line { stroke: var(--shift); } .share .area { fill: var(--shift); }
        ul.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 4px 0 8px; color: var(--soft); font-size: 13px; }
        ul.legend i { display: inline-block; width: 13px; height: 13px; border-radius: 3px; margin-right: 6px; vertical-align: -2px; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; } th { text-align: left; color: var(--soft); font-weight: 500; font-size: 12.5px; }
        th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; } td.number, th.number { text-align: right; white-space: nowrap; width: 1%; }
        td.when { white-space: nowrap; width: 1%; } td p { margin: 0; } footer { margin-top: 36px; color: var(--soft); font-size: 12.5px; overflow-wrap: anywhere; }
        @media print { :root { --page: #ffffff; --ink: #000000; --soft: #444444; --line: #cccccc; --band: #f5f7f9; --card: #ffffff; --good: #1f7a52; --bad: #c22f2f; --warn: #a86a00; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } main { padding: 0; max-width: none; } svg { min-width: 0; } tr, .next, dl.facts div { break-inside: avoid; } @page { size: A4 landscape; margin: 14mm; } }

        """;
}

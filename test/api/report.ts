import { createHash } from 'node:crypto';

/** A name of an entry, or one that such a name stands on. */
export interface Declaration {
  entry: string;
  name: string;
  text: string;
}

const changelogLine = /^CHANGELOG\.md when this was written: (\w+)\n/m;

/** The report: a heading for each entry, and its declarations by name. What the package exports begins with `export`. */
export function renderReport(declarations: readonly Declaration[], changelog: string): string {
  const entries = [...new Set(declarations.map(({ entry }) => entry))];
  const sections = entries.map((entry) => {
    const own = declarations.filter((declaration) => declaration.entry === entry);
    const texts = own.sort((a, b) => compare(a.name, b.name) || compare(a.text, b.text)).map(({ text }) => text);
    return `# ${entry}\n\n${texts.join('\n\n')}\n`;
  });
  const head = `The public API, written by \`npm run api\`.\nCHANGELOG.md when this was written: ${digest(changelog)}\n`;
  return [head, ...sections].join('\n');
}

/** Which declarations are in one report alone: `-` for the first, `+` for the second. */
export function changesBetween(before: string, after: string): string[] {
  const [old, now] = [declarationsOf(before), declarationsOf(after)];
  return [
    ...[...old].filter((one) => !now.has(one)).map((one) => one.replace(/^/gm, '- ')),
    ...[...now].filter((one) => !old.has(one)).map((one) => one.replace(/^/gm, '+ ')),
  ];
}

/** Whether CHANGELOG.md says nothing that it did not say already when the report was written. */
export function isUntold(report: string, changelog: string): boolean {
  return changelogLine.exec(report)?.[1] === digest(changelog);
}

function declarationsOf(report: string): Set<string> {
  const sections = report.replace(changelogLine, '').split(/^# /m).slice(1);
  return new Set(
    sections.flatMap((section) => {
      const [entry = '', ...texts] = section.trim().split('\n\n');
      return texts.map((text) => `${entry}: ${text}`);
    }),
  );
}

/** Of what is not released yet: the rest of the file has been read by people. */
function digest(changelog: string): string {
  const [, unreleased = ''] = changelog.split(/^## Unreleased$/m);
  return createHash('sha256')
    .update(unreleased.split(/^## /m)[0] ?? '')
    .digest('hex')
    .slice(0, 16);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

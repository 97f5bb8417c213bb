/**
 * Code in coloured pieces. Highlighter and languages are loaded when the first such block is closed; colours are CSS
 * variables (markdown.css), so that light and dark need no second pass. The regular expressions run as JavaScript: no
 * wasm.
 */
import type { HighlighterCore, LanguageInput } from 'shiki/core';

export interface CodePiece {
  readonly text: string;
  /** Such as `var(--shiki-token-keyword)`. */
  readonly colour: string | undefined;
}

const languages: Readonly<Record<string, () => Promise<{ readonly default: LanguageInput }>>> = {
  bash: () => import('shiki/langs/bash.mjs'),
  c: () => import('shiki/langs/c.mjs'),
  csharp: () => import('shiki/langs/csharp.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  diff: () => import('shiki/langs/diff.mjs'),
  go: () => import('shiki/langs/go.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  java: () => import('shiki/langs/java.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  kotlin: () => import('shiki/langs/kotlin.mjs'),
  markdown: () => import('shiki/langs/markdown.mjs'),
  php: () => import('shiki/langs/php.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  rust: () => import('shiki/langs/rust.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  swift: () => import('shiki/langs/swift.mjs'),
  toml: () => import('shiki/langs/toml.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
};

/** C++ as C: its own grammar alone is larger than the rest of the studio. */
const otherNames: Readonly<Record<string, string>> = {
  ...{
    sh: 'bash',
    shell: 'bash',
    zsh: 'bash',
    console: 'bash',
    'c++': 'c',
    cpp: 'c',
    cs: 'csharp',
    'c#': 'csharp',
    golang: 'go',
    htm: 'html',
  },
  ...{
    xml: 'html',
    js: 'javascript',
    jsx: 'javascript',
    mjs: 'javascript',
    jsonc: 'json',
    kt: 'kotlin',
    md: 'markdown',
  },
  ...{ py: 'python', python3: 'python', rs: 'rust', ts: 'typescript', tsx: 'typescript', yml: 'yaml' },
};

/** Longer code is shown plain: nobody reads it in colours, and it would hold the window. */
const longestCharacters = 30_000;

let highlighter: Promise<HighlighterCore> | undefined;

/**
 * The code in pieces, joined the same code; undefined for a language that is not in the list. Rejects when a part of it
 * cannot be loaded.
 */
export async function highlight(code: string, name: string): Promise<readonly CodePiece[] | undefined> {
  const language = Object.hasOwn(otherNames, name) ? otherNames[name] : name;
  if (language === undefined || !Object.hasOwn(languages, language) || code.length > longestCharacters)
    return undefined;
  const load = languages[language];
  if (load === undefined) return undefined;
  highlighter ??= makeHighlighter();
  const [core, grammar] = await Promise.all([highlighter, load()]);
  await core.loadLanguage(grammar.default);
  const { tokens } = core.codeToTokens(code, { lang: language, theme: 'css-variables' });
  const lines = tokens.map((line) => line.map(({ content, color }): CodePiece => ({ text: content, colour: color })));
  return lines.flatMap((line, index) => (index === 0 ? line : [{ text: '\n', colour: undefined }, ...line]));
}

async function makeHighlighter(): Promise<HighlighterCore> {
  const [{ createCssVariablesTheme, createHighlighterCore }, { createJavaScriptRegexEngine }] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
  ]);
  const themes = [createCssVariablesTheme({ fontStyle: false })];
  return createHighlighterCore({ themes, langs: [], engine: createJavaScriptRegexEngine({ forgiving: true }) });
}

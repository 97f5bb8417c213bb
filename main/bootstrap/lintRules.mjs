/**
 * Rules of this tree's own, for both linters: oxlint takes them for .ts files, ESLint for the screens' .svelte files.
 * Each forbids what a selector finds, and says what to write instead. (What type stripping cannot erase, the compiler
 * itself refuses: erasableSyntaxOnly.)
 */
import { builtinRules } from 'eslint/use-at-your-own-risk';

const said = 'Say it by words of main/contract/words: a window says them in its language.';

export const rules = {
  'named-exports': forbidding({ ExportDefaultDeclaration: 'Export by name: one thing, one name everywhere.' }),
  'no-barrels': forbidding({ ExportAllDeclaration: 'No barrels: import from the file that owns it.' }),
  /** What an error of the core says to a person. */
  'errors-in-words': forbidding({
    "CallExpression[callee.name='verbatim'] > :matches(Literal, TemplateLiteral)": said,
  }),
  /** An effect that reads the query it asks again runs for ever: hundreds of questions a second that nobody sees. */
  'ask-untracked': forbidding({
    ["CallExpression[callee.name='$effect'] CallExpression" +
    '[callee.property.name=/^(refetch|reload|refresh|invalidateQueries)$/]' +
    ":not(CallExpression[callee.name='untrack'] CallExpression)"]:
      'Ask inside untrack: what the question reads of itself must not run this effect again.',
  }),
  'max-len': builtinRules.get('max-len'),
};

export default { meta: { name: 'graft' }, rules };

function forbidding(messages) {
  const create = (context) =>
    Object.fromEntries(
      Object.entries(messages).map(([selector, message]) => [selector, (node) => context.report({ node, message })]),
    );
  return { meta: { type: 'problem', schema: [] }, create };
}

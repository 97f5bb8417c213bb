/**
 * The style of this tree as far as a machine can check it. Everything is an error: `npm test` allows no warning.
 * Rules that need types are in .oxlintrc.json for .ts files, and here for the screens.
 */
import './main/bootstrap/lintScreensOnce.mjs'; // first
import svelte from 'eslint-plugin-svelte';
import svelteParser from 'svelte-eslint-parser';
import tseslint from 'typescript-eslint';

const forbiddenSyntax = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals: enums do not survive type stripping.' },
  {
    selector: 'TSModuleDeclaration[kind="namespace"]',
    message: 'Use a module: namespaces do not survive type stripping.',
  },
  {
    selector: 'TSParameterProperty',
    message: 'Declare the field: parameter properties do not survive type stripping.',
  },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name: one thing, one name everywhere.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that owns it.' },
];

const said = 'Say it by words of main/contract/words: a window says them in its language.';

/** What an error of the core says to a person. */
const forbiddenInErrors = [
  { selector: "CallExpression[callee.name='verbatim'] > :matches(Literal, TemplateLiteral)", message: said },
];

/** An effect that reads the query it asks again runs for ever: hundreds of questions a second that nobody sees. */
const forbiddenInScreens = [
  {
    selector:
      "CallExpression[callee.name='$effect'] CallExpression[callee.property.name=/^(refetch|reload|refresh|invalidateQueries)$/]" +
      ":not(CallExpression[callee.name='untrack'] CallExpression)",
    message: 'Ask inside untrack: what the question reads of itself must not run this effect again.',
  },
];

export default tseslint.config(
  {
    // Not ours to lint: installed packages, copies of what other programs wrote, data.
    ignores: ['node_modules/', 'dist/', 'screenshots/', 'tests/fixtures/', 'resources/'],
  },
  {
    files: ['**/*.svelte'],
    extends: [svelte.configs['flat/recommended'], tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // There are no enums here, and looking for them takes longer than any other rule.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // An index can always miss (noUncheckedIndexedAccess is off for the numeric code), so a check of it is never
      // unnecessary.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'off',
      // An async method may have nothing to await and still owe its interface a promise, and errors as rejections.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
  },
  {
    files: ['**/*.ts', '**/*.svelte'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-restricted-syntax': ['error', ...forbiddenSyntax],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Classes carry a discriminating `name` or implement an interface that has more members elsewhere.
      '@typescript-eslint/class-methods-use-this': 'off',
      // `void` as the answer of a message in a map of requests to answers says exactly what it means.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // A sentence stays whole, so that it can be searched for.
      'max-len': [
        'error',
        { code: 120, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true, ignoreUrls: true },
      ],
      'max-lines-per-function': ['error', { max: 90, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 450, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', { max: 5 }],
      'max-depth': ['error', 4],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.svelte'],
    languageOptions: { parser: svelteParser, parserOptions: { parser: tseslint.parser } },
    rules: {
      // Markup is data, not control flow: the budget of a function is not that of a template.
      'max-lines-per-function': 'off',
      'max-len': 'off', // classes of an element are one string
      'max-lines': ['error', { max: 300 }],
      'no-restricted-syntax': ['error', ...forbiddenSyntax, ...forbiddenInScreens],
      'prefer-const': 'off', // $props and $state are assigned by the framework; svelte/prefer-const knows them
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$state'] }],
      // Addresses are ours: the router has no base path and no typed routes.
      'svelte/no-navigation-without-resolve': 'off',
      // The linter would take `X.svelte.ts` for the component X.
      'svelte/no-conflicting-module-names': 'error',
      // A generic component has the bounds of its parameters for types here; svelte-check knows better.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off', // what a .svelte file exports is `any` to the linter; svelte-check knows it
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // What makes the sample model is a developer's.
    files: ['main/**/*.ts', 'electron/**/*.ts'],
    ignores: ['main/tools/sampleModel/**'],
    rules: { 'no-restricted-syntax': ['error', ...forbiddenSyntax, ...forbiddenInErrors] },
  },
  {
    files: ['main/tools/sampleModel/world/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 500 }] }, // tables of a grammar
  },
  {
    files: ['main/cli/**/*.ts', 'main/bootstrap/**/*.ts'],
    rules: { 'no-console': 'off' }, // their output is the console
  },
  {
    files: ['tests/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off', // a describe block is one function
      'max-lines': 'off', // a table of cases is long and still one job
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'fast-check', message: 'Take fc of support/properties.ts.' }] },
      ],
    },
  },
  { files: ['tests/support/properties.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    // Tools that read their configuration by its default export.
    files: ['*.config.ts', '*/vite.config.ts', '*.config.js'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...forbiddenSyntax.filter(({ selector }) => selector !== 'ExportDefaultDeclaration'),
      ],
    },
  },
  {
    files: ['main/bootstrap/**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': 'error',
      'prefer-const': 'error',
      'no-var': 'error',
      eqeqeq: 'error',
      'no-empty': 'error',
    },
  },
);

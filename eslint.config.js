/**
 * The style of the screens' .svelte files and of plain JavaScript, as far as a machine can check it; .ts files are in
 * .oxlintrc.json, by a linter that is eight times as fast. Everything is an error: `npm test` allows no warning.
 */
import './main/bootstrap/lintScreensOnce.mjs'; // first
import svelte from 'eslint-plugin-svelte';
import svelteParser from 'svelte-eslint-parser';
import tseslint from 'typescript-eslint';
import graft from './main/bootstrap/lintRules.mjs';

export default tseslint.config(
  {
    // Not ours to lint: installed packages, copies of what other programs wrote, data.
    ignores: ['node_modules/', 'dist/', 'screenshots/', 'tests/fixtures/', 'resources/'],
  },
  {
    files: ['**/*.svelte'],
    extends: [svelte.configs['flat/recommended'], tseslint.configs.strictTypeChecked],
    plugins: { graft },
    languageOptions: {
      parser: svelteParser,
      parserOptions: {
        parser: tseslint.parser,
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'graft/named-exports': 'error',
      'graft/no-barrels': 'error',
      'graft/ask-untracked': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // `void` as the answer of a message in a map of requests to answers says exactly what it means.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // There are no enums here, and looking for them takes longer than any other rule.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // An index can always miss (noUncheckedIndexedAccess is off for the numeric code), so a check of it is never
      // unnecessary.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'off',
      // An async method may have nothing to await and still owe its interface a promise, and errors as rejections.
      '@typescript-eslint/require-await': 'off',
      // A generic component has the bounds of its parameters for types here; svelte-check knows better.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off', // what a .svelte file exports is `any` to the linter; svelte-check knows it
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'max-lines': ['error', { max: 300 }],
      'max-params': ['error', { max: 5 }],
      'max-depth': ['error', 4],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-console': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      eqeqeq: 'error',
      'prefer-const': 'off', // $props and $state are assigned by the framework; svelte/prefer-const knows them
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$state'] }],
      // Addresses are ours: the router has no base path and no typed routes.
      'svelte/no-navigation-without-resolve': 'off',
      // The linter would take `X.svelte.ts` for the component X.
      'svelte/no-conflicting-module-names': 'error',
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

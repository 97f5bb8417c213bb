/**
 * Imported before the parser of the screens is: it then hands TypeScript every screen as the linter sees it from the
 * start. Without it each of the screens is a change that makes the whole program's types anew: four times as long.
 */
process.env.SVELTE_ESLINT_PARSER_EXPERIMENTAL_TS_SYS_HOOK ??= '1';

/**
 * Who may import whom (ARCHITECTURE.md). `contract` is open to everyone and imports nothing of ours; each other folder
 * names its importers here, so a new arrow in the picture is a deliberate change of this file.
 */
const importers = {
  studio: ['hosts', 'cli'],
  jobs: ['studio'],
  database: ['studio', 'jobs'],
  engineHost: ['studio'],
  engine: ['sampleModel'], // the studio reaches it through engineHost alone, as a process; sampleModel is a tool, not the studio
  hub: ['studio'],
  runtimes: ['studio', 'bootstrap', 'sampleModel', 'hub'],
  datasets: ['studio'],
  processes: ['engineHost', 'engine', 'tokenizers', 'formats', 'studio', 'datasets', 'cli'],
  formats: ['engine', 'studio', 'datasets', 'tokenizers', 'runtimes', 'sampleModel', 'cli', 'hosts', 'hub'],
  tokenizers: ['engine', 'studio', 'datasets', 'sampleModel', 'cli'],
  hosts: ['cli'], // and the electron folder, which is outside main
  cli: [],
  bootstrap: [],
};

const mayBeImportedOnlyBy = Object.entries(importers).map(([folder, allowed]) => ({
  name: `main/${folder} is imported by ${allowed.length === 0 ? 'nobody' : allowed.join(', ')}`,
  severity: 'error',
  from: { path: '^main/', pathNot: `^main/(${[folder, ...allowed].join('|')})/` },
  to: { path: `^main/${folder}/` },
}));

const mayImportOnly = (folder, allowed) => ({
  name: `main/${folder} imports ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^main/${folder}/` },
  to: { path: '^(main|tests|renderer|electron)/', pathNot: `^main/(${[folder, ...allowed].join('|')})/` },
});

module.exports = {
  forbidden: [
    ...mayBeImportedOnlyBy,
    mayImportOnly('contract', []),
    mayImportOnly('processes', []),
    mayImportOnly('formats', ['contract', 'processes']),
    mayImportOnly('tokenizers', ['contract', 'formats', 'processes']),
    mayImportOnly('datasets', ['contract', 'formats', 'tokenizers']),
    mayImportOnly('engine', ['contract', 'formats', 'tokenizers', 'processes']),
    mayImportOnly('runtimes', ['contract', 'formats']),
    mayImportOnly('hub', ['contract', 'formats', 'runtimes']),
    {
      name: 'no cycles',
      severity: 'error',
      from: { pathNot: '^renderer/components/markdown/Nodes\\.svelte$' }, // a component that draws what lies within itself
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'main does not import tests',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '^tests/' },
    },
    {
      name: 'only the electron folder imports electron',
      severity: 'error',
      from: { pathNot: '^(tests/)?electron/' },
      to: { path: '^(node_modules/)?electron/' },
    },
    {
      name: 'the electron folder opens the studio through its hosts',
      severity: 'error',
      from: { path: '^electron/' },
      to: { path: '^(main|renderer|tests)/', pathNot: '^main/(contract|formats|hosts|processes|studio/dataFolder\\.ts)' },
    },
    {
      name: 'the renderer imports the contract and itself',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main|electron)/', pathNot: '^main/contract/' },
    },
    {
      name: 'every import can be found',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'what runs is a dependency, not a devDependency',
      severity: 'error',
      from: { path: '^(main|electron)/', pathNot: '^main/bootstrap/test' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/electron/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.cjs'],
    },
  },
};

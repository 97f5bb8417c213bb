/**
 * Who may import whom (ARCHITECTURE.md). `contract` is open to everyone and imports nothing of ours; each other folder
 * names its importers here, so a new arrow in the picture is a deliberate change of this file.
 */
const importers = {
  studio: ['hosts', 'cli'],
  jobs: ['studio'],
  database: ['studio', 'jobs'],
  engineHost: ['studio'],
  // the studio reaches it through engineHost alone, as a process; tools are a developer's, not the studio
  engine: ['tools', 'methods', 'backends'],
  linearAlgebra: ['engine', 'methods', 'training'],
  hub: ['studio'],
  runtimes: ['studio', 'bootstrap', 'tools', 'hub'],
  datasets: ['studio'],
  processes: ['engineHost', 'engine', 'tokenizers', 'formats', 'studio', 'datasets', 'cli'],
  formats: [
    'engine',
    'methods',
    'backends',
    'studio',
    'datasets',
    'tokenizers',
    'runtimes',
    'tools',
    'cli',
    'hosts',
    'hub',
  ],
  tokenizers: ['engine', 'studio', 'datasets', 'tools', 'cli'],
  hosts: ['cli'], // and the electron folder, which is outside main
  cli: [],
  bootstrap: [],
};

/** Wings of the studio, each with those that it may import; `openStudio.ts` alone lies outside and wires them all. */
const wings = {
  shared: [],
  dataFolder: ['shared'],
  datasets: ['shared'],
  machine: ['shared'],
  exports: ['machine', 'shared'],
  models: ['exports', 'machine', 'shared'],
  adapters: ['exports', 'models', 'machine', 'shared'],
  runs: ['adapters', 'datasets', 'models', 'machine', 'shared'],
  chats: ['adapters', 'models', 'machine', 'shared'],
  serving: ['adapters', 'models', 'machine', 'shared'],
};

const walls = Object.entries(wings).map(([wing, allowed]) => ({
  name: `main/studio/${wing} imports ${allowed.join(', ') || 'no other wing'}`,
  severity: 'error',
  from: { path: `^main/studio/${wing}/` },
  to: { path: '^main/studio/', pathNot: `^main/studio/(${[wing, ...allowed].join('|')})/` },
}));

/** Plain data that everyone may read; what lies beside it computes with tensors and is the engine's. */
const saidOfMethods = 'methods/([^/]+/spec|[^/]+)\\.ts$';
/** Parts of training are plain data and arithmetic: tensors are types there. */
const saidOfTraining = 'training/';
const saidOfBackends = 'backends/([^/]+/spec|[^/]+)\\.ts$';
/** Metrics are pure functions of texts. */
const saidOfEvaluation = 'evaluation/';
const said = `(${saidOfMethods}|${saidOfTraining}|${saidOfBackends}|${saidOfEvaluation})`;

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
  to: {
    path: '^(main|tests|renderer|electron)/',
    pathNot: `^main/(${[folder, ...allowed].map((each) => `${each}/`).join('|')}${allowed.includes('contract') ? `|${said}` : ''})`,
  },
});

module.exports = {
  forbidden: [
    ...mayBeImportedOnlyBy,
    {
      name: 'main/contract imports nothing of ours but what methods, parts of training, backends and metrics say of themselves',
      severity: 'error',
      from: { path: '^main/contract/' },
      to: { path: '^(main|tests|renderer|electron)/', pathNot: `^main/(contract/|${said})` },
    },
    {
      name: 'what a method says of itself imports the contract alone',
      severity: 'error',
      from: { path: `^main/${saidOfMethods}` },
      to: { path: '^(main|tests|renderer|electron)/', pathNot: `^main/(contract/|${saidOfMethods})` },
    },
    {
      name: 'tensors of methods are imported by engine and other methods',
      severity: 'error',
      from: { path: '^main/', pathNot: '^main/(engine|methods)/' },
      to: { path: '^main/methods/', pathNot: `^main/${saidOfMethods}` },
    },
    {
      name: 'what a backend says of itself imports the contract alone',
      severity: 'error',
      from: { path: `^main/${saidOfBackends}` },
      to: { path: '^(main|tests|renderer|electron)/', pathNot: `^main/(contract/|${saidOfBackends})` },
    },
    {
      name: 'what computes is found by the engine alone, by its path',
      severity: 'error',
      from: { path: '^main/', pathNot: '^main/backends/' },
      to: { path: '^main/backends/', pathNot: `^main/${saidOfBackends}` },
    },
    ...walls,
    {
      name: 'everything in main/studio but openStudio.ts is in a wing',
      severity: 'error',
      from: { path: '^main/studio/', pathNot: `^main/studio/(openStudio\\.ts$|(${Object.keys(wings).join('|')})/)` },
      to: {},
    },
    {
      name: 'what is within a wing does not import what stands on it',
      severity: 'error',
      from: { path: '^main/studio/([^/]+)/(?:adapterImport|modelImport|prompts)/' },
      to: { path: '^main/studio/$1/[^/]+$' },
    },
    {
      name: 'no cycles in main/studio, of types either',
      severity: 'error',
      from: { path: '^main/studio/' },
      to: { circular: true },
    },
    mayImportOnly('methods', ['contract', 'formats', 'engine', 'linearAlgebra']),
    mayImportOnly('backends', ['contract', 'formats', 'engine']),
    {
      name: 'main/evaluation imports the contract alone',
      severity: 'error',
      from: { path: '^main/evaluation/' },
      to: { path: '^(main|tests|renderer|electron)/', pathNot: '^main/(contract|evaluation)/' },
    },
    mayImportOnly('linearAlgebra', ['contract']),
    mayImportOnly('training', ['contract', 'linearAlgebra']),
    {
      name: 'parts of training know tensors as types alone, so that forms can read their options',
      severity: 'error',
      from: { path: '^main/training/' },
      to: { path: 'node_modules/@tensorflow', dependencyTypesNot: ['type-only'] },
    },
    mayImportOnly('processes', []),
    mayImportOnly('formats', ['contract', 'processes']),
    mayImportOnly('tokenizers', ['contract', 'formats', 'processes']),
    mayImportOnly('datasets', ['contract', 'formats', 'tokenizers']),
    mayImportOnly('engine', ['contract', 'methods', 'formats', 'tokenizers', 'processes', 'linearAlgebra']),
    mayImportOnly('runtimes', ['contract', 'formats']),
    mayImportOnly('hub', ['contract', 'formats', 'runtimes']),
    {
      name: 'no cycles',
      severity: 'error',
      // a component that draws what lies within itself
      from: { pathNot: '^renderer/components/markdown/Nodes\\.svelte$' },
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
      to: {
        path: '^(main|renderer|tests)/',
        pathNot: '^main/(contract|formats|hosts|processes|studio/dataFolder/dataFolder\\.ts)',
      },
    },
    {
      name: 'the renderer imports the contract and itself',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main|electron)/', pathNot: `^main/(contract/|${said})` },
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
      from: { path: '^(main|electron)/', pathNot: '^main/bootstrap/(test|lintRules)' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/electron/',
      },
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

/** What `npm run proof` runs: tests that go through more there than in `npm test`, see breadth.ts. */
export const proofFiles = [
  'tests/acceptance/crashes.test.ts',
  'tests/acceptance/families.test.ts',
  'tests/acceptance/initAdapters.test.ts',
  'tests/acceptance/smollm2.test.ts',
  'tests/acceptance/trainCurves.test.ts',
  'tests/engine/adapters/adapterLogits.test.ts',
  'tests/engine/backends/int8Weights.test.ts',
  'tests/engine/models/families.test.ts',
  'tests/engine/ops/gradients.test.ts',
  'tests/engine/training/procedureCurves.test.ts',
  'tests/engine/training/runTrainingOnTensorflow.test.ts',
  'tests/engine/training/runTrainingOnWasm.test.ts',
  'tests/engine/training/trainCurves.test.ts',
  'tests/methods/methodCurves.test.ts',
];

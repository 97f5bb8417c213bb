import { describe, expect, it } from 'vitest';
import { methodSpecs } from '../../../main/methods/registry.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

describe('what a model is said to need', () => {
  // Models once promised one figure and the form another: both are one estimate, of rows as long and of the rows that
  // are there.
  it('is for every method what a plan says of rows as long', async () => {
    const studio = await openStudio({ home: temporaryDir() });
    try {
      const model = await studio.models.fetch('sample');
      const dataset = await studio.datasets.importSample('pirate-replies');
      const { training } = studio.models.fit(model.id);
      // The model has no biases, and no head of an encoder.
      const absent = ['bitfit', 'head'];
      expect(training.map(({ method }) => method)).toEqual(
        Object.keys(methodSpecs).filter((id) => !absent.includes(id)),
      );
      for (const { method, bytes, maxLength } of training) {
        const request = {
          model: model.id,
          dataset: dataset.id,
          method,
          methodOptions: {},
          training: {},
          backend: 'auto' as const,
        };
        const { estimate } = await studio.runs.plan(request);
        expect(estimate.atFullLength).toMatchObject({ maxLength, memoryBytes: bytes });
        expect(estimate.memoryBytes).toBeLessThan(bytes);
      }
    } finally {
      await studio.close();
    }
  });
});

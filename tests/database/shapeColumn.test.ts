/**
 * Shapes of models that earlier versions stored, and what newer ones add to a layer: neither may be lost or refused.
 */
import { expect, it } from 'vitest';
import { shapeColumn } from '../../main/database/columnSchemas.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { fixturePath } from '../support/fixtures.ts';

it('takes the shape of a version that stored the base of its rotation, too', () => {
  const { shape } = inspectModel(fixturePath('tiny_llama_base'));
  expect(shapeColumn.parse({ ...shape, ropeTheta: 10_000 })).toMatchObject(shape);
});

it('keeps what a layer says of its bias and of how it is stored', () => {
  const { shape } = inspectModel(fixturePath('arch_gpt2'));
  expect(shapeColumn.parse(JSON.parse(JSON.stringify(shape)))).toEqual(shape);
});

/** Files that take a minute and more begin first, so that no worker is left with one of them while the other has nothing to do. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const slow = /\/tests\/(acceptance|cli\/endToEnd|browser\/accessibility|engine\/training\/runTraining)/;

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => slow.test(moduleId.replaceAll('\\', '/'));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

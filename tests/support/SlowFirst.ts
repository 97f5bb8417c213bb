/** Files that take long begin first, so that no worker is left with one of them while the other has nothing to do. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const slow =
  /\/tests\/(browser\/(everyScreen|japanese|training|firstRun)|acceptance|cli\/(endToEnd|everyMethod)|engine\/training\/runTraining|hosts\/openaiServer)/;

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => slow.test(moduleId.replaceAll('\\', '/'));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

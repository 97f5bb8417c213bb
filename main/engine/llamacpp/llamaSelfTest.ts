/** Whether llama.cpp can be loaded here, and what it found of the processor. How fast it is depends on the model. */
import type { LlamaCppSettings, SelfTestResult } from '../../contract/engine.ts';
import { openLlama } from './nodeLlamaCpp.ts';
import { selfTestWords } from '../../contract/words/selfTest.ts';

/** One that cannot be opened throws its GraftError. */
export async function llamaSelfTest(settings: LlamaCppSettings): Promise<SelfTestResult> {
  const { llama } = await openLlama(settings);
  try {
    const device = llama.gpu === false ? 'CPU' : llama.gpu;
    return {
      device,
      checks: [{ name: selfTestWords.opens(), passed: true, detail: llama.systemInfo }],
      float32Gflops: null,
      bf16Gflops: null,
    };
  } finally {
    await llama.dispose();
  }
}

/**
 * Whether llama.cpp can be loaded here, what it found of the processor, and how many threads are quickest. How fast a
 * chat is depends on its model.
 */
import type { LlamaCppSettings, SelfTestResult, SizedThreads, ThreadRate } from '../../contract/engine.ts';
import { openLlama } from './nodeLlamaCpp.ts';
import { measureThreads } from './measureThreads.ts';
import { selfTestWords } from '../../contract/words/selfTest.ts';

/** One that cannot be opened throws its GraftError. */
export async function llamaSelfTest({ threads, ...settings }: LlamaCppSettings): Promise<SelfTestResult> {
  const { llama } = await openLlama({ ...settings, threads });
  try {
    const device = llama.gpu === false ? 'CPU' : llama.gpu;
    const measured = await measureThreads(llama, threads);
    const name = selfTestWords.threads();
    return {
      device,
      checks: [
        { name: selfTestWords.opens(), passed: true, detail: llama.systemInfo },
        ...measured.sizes.map((size) => ({ name, passed: true, detail: ratesOf(size) })),
      ],
      float32Gflops: null,
      bf16Gflops: null,
      threads: measured,
    };
  } finally {
    await llama.dispose();
  }
}

function ratesOf({ hiddenSize, token, prompt, rates }: SizedThreads) {
  const list = (kind: 'token' | 'prompt'): string =>
    rates.map((rate: ThreadRate) => `${rate.threads}: ${Math.round(rate[kind])}`).join(', ');
  return selfTestWords.threadRates({
    width: hiddenSize,
    token,
    prompt,
    tokenRates: list('token'),
    promptRates: list('prompt'),
  });
}

/** One streamed completion, as a client sees it: when the first token came and how long each after it took. */
export interface StreamedAnswer {
  readonly firstTokenMs: number;
  /** Between one token and the next. */
  readonly tokenMs: readonly number[];
  readonly tokens: number;
}

export interface Question {
  readonly model: string;
  readonly prompt: string;
  readonly maxTokens: number;
}

/**
 * Log-probabilities make every token an event of its own, also where its text is not whole yet; a ban on the end keeps
 * answers of one length.
 */
export async function askStreamed(address: string, { model, prompt, maxTokens }: Question): Promise<StreamedAnswer> {
  const startMs = performance.now();
  const body = {
    model,
    prompt,
    max_tokens: maxTokens,
    temperature: 0,
    stream: true,
    logprobs: 0,
    logit_bias: { 0: -100, 2: -100 },
  };
  const response = await fetch(`${address}/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok || response.body === null) throw new Error(`${response.status}: ${await response.text()}`);
  const times: number[] = [];
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const tokens = text.split('"tokens":[').length - 1;
    for (let token = 0; token < tokens; token++) times.push(performance.now());
  }
  const tokenMs = times.slice(1).map((ms, index) => ms - times[index]);
  return { firstTokenMs: times[0] - startMs, tokenMs, tokens: times.length };
}

/**
 * How a client asks the server, ready to be pasted. The key is left to the environment: what is pasted is often shared.
 */
export interface SnippetFacts {
  readonly address: string;
  readonly model: string;
  readonly needsKey: boolean;
  readonly question: string;
}

export interface Snippet {
  readonly language: string;
  readonly text: string;
}

export function serverSnippets({ address, model, needsKey, question }: SnippetFacts): readonly Snippet[] {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: question }] });
  const curl = [
    `curl ${address}/chat/completions \\`,
    ...(needsKey ? ['  -H "Authorization: Bearer $GRAFT_API_KEY" \\'] : []),
    "  -H 'Content-Type: application/json' \\",
    `  -d ${shellQuoted(body)}`,
  ];
  const key = needsKey ? 'os.environ["GRAFT_API_KEY"]' : '"none"';
  const python = [
    ...(needsKey ? ['import os', ''] : []),
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url="${address}", api_key=${key})`,
    'answer = client.chat.completions.create(',
    `    model=${JSON.stringify(model)},`,
    `    messages=[{"role": "user", "content": ${JSON.stringify(question)}}],`,
    ')',
    'print(answer.choices[0].message.content)',
  ];
  return [
    { language: 'bash', text: curl.join('\n') },
    { language: 'python', text: python.join('\n') },
  ];
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

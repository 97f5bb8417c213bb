/** A chat's title out of its first message: the beginning of its first line, cut between words where there are some. */
const longest = 60;

export function titleOf(content: string): string {
  const line =
    content
      .split('\n')
      .map((part) => part.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim())
      .find((part) => part !== '') ?? '';
  const characters = Array.from(line);
  if (characters.length <= longest) return line;
  const cut = characters.slice(0, longest).join('');
  const atWord = cut.slice(0, cut.lastIndexOf(' ') + 1).trim();
  return `${atWord.length > longest / 2 ? atWord : cut}…`;
}

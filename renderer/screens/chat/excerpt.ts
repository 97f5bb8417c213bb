/** An excerpt of the search: the found words stand between U+0001 and U+0002. */
export interface ExcerptPart {
  readonly text: string;
  readonly isFound: boolean;
}

export function excerptParts(excerpt: string): readonly ExcerptPart[] {
  return excerpt
    .split('\u0001')
    .flatMap((piece, index): readonly ExcerptPart[] => {
      if (index === 0) return [{ text: piece.replaceAll('\u0002', ''), isFound: false }];
      const [found = '', ...after] = piece.split('\u0002');
      return [
        { text: found, isFound: true },
        { text: after.join(''), isFound: false },
      ];
    })
    .filter(({ text }) => text !== '');
}

/**
 * Which encoding a dataset's file is read in: what its bytes show, unless a person says otherwise and the file allows
 * it.
 */
import { GraftError } from '../contract/errors.ts';
import { findMark, parseEncoding } from '../formats/text/encodings.ts';
import type { DetectedEncoding, EncodingDetector } from '../formats/text/encodings.ts';
import { textFileWords } from '../contract/words/textFiles.ts';

export interface EncodingChoice {
  readonly file: string;
  /** The first bytes of the file. */
  readonly start: Uint8Array;
  /** As the person gave it. */
  readonly name: string | undefined;
  /** Whether the detector has seen all of the file. */
  readonly isWhole: boolean;
}

/** Throws GraftError('unsupported') for a name that is none, 'invalid' where the file's own mark contradicts it. */
export function chooseEncoding(
  detector: EncodingDetector,
  { file, start, name, isWhole }: EncodingChoice,
): DetectedEncoding {
  if (name === undefined) return detector.finish(isWhole);
  const encoding = parseEncoding(name);
  const mark = findMark(start);
  if (mark === undefined) return { encoding, markBytes: 0 };
  // `utf-16` says nothing of the byte order, and means little-endian to the platform: the mark knows better.
  if (mark.encoding === encoding || (mark.encoding === 'utf-16be' && /^(utf|ucs)-?16$/i.test(name.trim()))) return mark;
  const message = textFileWords.otherMark({ file, mark: mark.encoding, encoding });
  throw new GraftError('invalid', message, { file, field: 'encoding', remedy: textFileWords.leaveEncodingOut() });
}

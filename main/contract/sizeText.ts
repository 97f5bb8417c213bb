/** Bytes for a sentence, in every language alike: whole megabytes upwards, from a gigabyte on one decimal. */
export function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

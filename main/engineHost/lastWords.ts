/**
 * What an engine process that died said of the reason, out of the end of its stderr. TensorFlow, Node and native
 * libraries greet, inform and warn there too, and close what they say with lines of their own: none of these is why it
 * died.
 */

/**
 * `2026-11-30 03:00:00.1: I tensorflow/…`, and abseil's `I0000 00:00:1701.1 …`; W: warnings. Errors and fatal ones
 * stay.
 */
const tensorflowNotice = /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWD] |[IWD]\d{4} \d\d:\d\d:\d{2,}[\d.]*\s)/;

const otherNotices: readonly RegExp[] = [
  /^WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR/,
  /^To enable the following instructions: .*rebuild TensorFlow/,
  /^(?:TF-TRT|oneDNN) /,
  /^\(node:\d+\) (?:\[\w+\] )?\w*Warning: /,
  /^\(Use `node --trace-\w+ ?\.\.\.` to show where the warning was created\)/,
  /^Node\.js v\d/,
  /^\s*at .+(?::\d+:\d+\)?|\(<anonymous>\)|\(index \d+\)|native)$/, // a frame of a stack: its error stands above
  /^\s*[\^~]+\s*$/,
  /^\s*[{}]\s*$/,
  /^----- .* -----$/,
  /^\s*\d+: 0x[\da-f]+ /i,
];

/** The last line that says anything of the reason; undefined where none does. `stderr`: oldest first. */
export function lastWords(stderr: readonly string[]): string | undefined {
  const line = stderr.findLast((each) => each.trim() !== '' && !isNotice(each));
  return line?.trim();
}

function isNotice(line: string): boolean {
  return tensorflowNotice.test(line) || otherNotices.some((notice) => notice.test(line));
}

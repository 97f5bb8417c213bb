/** `wanted`, or the first of `wanted-2`, `wanted-3`, … that is not taken, so that a name the studio chose always finds one thing. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const name = `${wanted}-${number}`;
    if (!isTaken(name)) return name;
  }
}

/**
 * What a bug report needs, as plain text: versions, machine, backends, what the start found, how the last runs failed.
 * Nothing a person made is in it: no names (they stand in quotes in notices), no messages of errors, and the home
 * folder is a tilde.
 */
import os from 'node:os';
import type { DoctorReport } from '../../contract/machine.ts';
import type { FailedRun } from '../../database/runs.ts';
import { englishOf, type Said } from '../../contract/words/words.ts';

export interface DiagnosticsInput {
  readonly version: string;
  readonly schemaVersion: number;
  readonly report: DoctorReport;
  readonly notices: readonly (string | Said)[];
  readonly failures: readonly FailedRun[];
}

/** `homeDir`: what becomes a tilde. */
export function writeDiagnostics(
  { version, schemaVersion, report, notices, failures }: DiagnosticsInput,
  homeDir = os.homedir(),
): string {
  const { node, electron, v8 } = process.versions;
  const versions = [`node ${node}`, `v8 ${v8}`, ...(electron === undefined ? [] : [`electron ${electron}`])];
  const sections = [
    section('Graft', [`version ${version}, database ${schemaVersion}`, versions.join(', ')]),
    // oxfmt-ignore
    section('Machine', Object.entries(report.machine).map(([name, value]) => `${name}: ${englishOf(value)}`)),
    section('Backends', [
      ...report.backends.map(
        ({ backend, found, why }) => `${found ? 'found  ' : 'missing'} ${backend}: ${englishOf(why)}`,
      ),
      `chosen: ${report.chosen} (${englishOf(report.why)})`,
    ]),
    section('Found at the start', notices.map(withoutNames)),
    section('Last failed runs', failures.map(failureLine)),
  ];
  return `${withoutHome(sections.join('\n\n'), homeDir)}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...(lines.length === 0 ? ['  nothing'] : lines.map((line) => `  ${line}`))].join('\n');
}

function failureLine({ state, code, step, exitCode, signal, method, backend, precision, at }: FailedRun): string {
  const exit = signal === null ? (exitCode === null ? '' : `, exit status ${exitCode}`) : `, ${signal}`;
  const when = at === null ? '' : `${new Date(at).toISOString()} `;
  return `${when}${state} ${code}${exit} at step ${step}: ${method} on ${backend}, ${precision}`;
}

function withoutNames(notice: string | Said): string {
  return englishOf(notice).replaceAll(/"[^"]*"/g, '"…"');
}

function withoutHome(text: string, homeDir: string): string {
  return homeDir.length > 1 ? text.replaceAll(homeDir, '~') : text;
}

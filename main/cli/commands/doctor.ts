/** `doctor`: every backend, whether it works here and why, with figures from a self-test. */
import type { Command } from 'commander';
import type { CheckedBase } from '../../contract/llamaCppUse.ts';
import type { BackendReport } from '../../contract/machine.ts';
import { fields } from '../format.ts';
import { leaf } from '../leaf.ts';
import { checkLines, reportText } from '../llamaCppText.ts';
import type { CommandSession } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { selfTestWords } from '../../contract/words/selfTest.ts';
import { englishOf } from '../../contract/words/words.ts';

export function addDoctorCommand(program: Command, session: CommandSession): void {
  leaf(program, session, {
    syntax: 'doctor',
    summary: 'Explain every backend and test those that are here',
    example: 'doctor',
  })
    .option('--no-self-test', 'only look, run nothing')
    .action(async ({ selfTest }: { readonly selfTest: boolean }) => {
      const { doctor } = await session.studio();
      const report = await session.working((options) => doctor.report({ ...options, selfTest }));
      session.result(report, () => [
        ...fields(Object.entries(report.machine).map(([name, value]) => [name, englishOf(value)])),
        '',
        ...report.backends.flatMap((backend) => renderBackend(backend, session.terminal)),
        '',
        ...report.llamaCpp.flatMap((base) => renderChecks(base, session.terminal)),
        `auto takes ${session.terminal.bold(report.chosen)}: ${englishOf(report.why)}`,
      ]);
      if (report.backends.some(({ selfTest: test }) => test?.checks.some(({ passed }) => !passed) === true))
        session.exitStatus = 1;
    });
}

function renderChecks(base: CheckedBase, terminal: Terminal): string[] {
  return [`llama.cpp with ${terminal.bold(base.model)} ${reportText(base)}`, ...checkLines(base), ''];
}

function renderBackend({ backend, found, why, remedy, selfTest }: BackendReport, terminal: Terminal): string[] {
  const mark = found ? terminal.green('✓') : terminal.dim('–');
  const lines = [`${mark} ${terminal.bold(backend)}  ${englishOf(why)}`];
  if (remedy !== null) lines.push(`    ${terminal.cyan('→')} ${englishOf(remedy)}`);
  if (selfTest === null) return lines;
  const { device, float32Gflops, bf16Gflops, step } = selfTest;
  const speeds = [
    float32Gflops && `${Math.round(float32Gflops)} GFLOPS float32`,
    bf16Gflops && `${Math.round(bf16Gflops)} bf16`,
  ];
  lines.push(`    ${[englishOf(device), speeds.filter(Boolean).join(', ')].filter(Boolean).join(': ')}`);
  if (step) {
    const { tokens, blocks, ms, shareOfPeak } = step;
    const share = Math.round(100 * shareOfPeak);
    lines.push(`    ${selfTestWords.stepShare({ tokens, blocks, ms: Math.round(ms), share }).text}`);
  }
  for (const { name, passed, detail } of selfTest.checks) {
    lines.push(
      `    ${passed ? terminal.green('passed') : terminal.red('failed')}  ${englishOf(name)}  ${terminal.dim(englishOf(detail))}`,
    );
  }
  return lines;
}

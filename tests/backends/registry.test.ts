/**
 * Every registered backend is taken through the self-test, or through the refusal that it owes: one that is listed and
 * half there, or that another takes the place of, shows here.
 */
import { describe, expect, it } from 'vitest';
import { backendSpecs } from '../../main/backends/registry.ts';
import { openBackend } from '../../main/engine/backends/registry.ts';
import { selfTest } from '../../main/engine/selfTest.ts';
import { chooseBackend, reportBackends } from '../../main/studio/machine/backendChoice.ts';
import { readMachine } from '../../main/studio/machine/machine.ts';
import { backendMissing, backendSettings } from '../support/backends.ts';
import { graftErrorOf, graftErrorOfAsync } from '../support/graftErrors.ts';
import { describeWith } from '../support/requirements.ts';

const settingsOf = new Map(Object.entries(backendSettings));
const bare = { machine: readMachine(), findRuntime: () => undefined };

for (const { id, title, places, computing } of backendSpecs) {
  describeWith({ reason: backendMissing[id] }, `the backend ${id}`, () => {
    if (computing === null) {
      it('refuses, wherever it is asked for, and is never taken by itself', async () => {
        const asked = graftErrorOf(() => chooseBackend({ backend: id }, bare));
        const opened = await graftErrorOfAsync(() => openBackend({ backend: id, precision: 'float32', threads: 1 }));
        expect([asked.code, opened.code]).toEqual(['unsupported', 'unsupported']);
        expect([asked.data.remedy, opened.data.remedy]).not.toContain(undefined);
        expect(chooseBackend({}, bare).settings.backend).not.toBe(id);
      });
    } else {
      it('computes what is known', async () => {
        const settings = settingsOf.get(id);
        if (settings === undefined) throw new Error(`tests/support/backends.ts has no settings of ${id}`);
        const { checks } = await selfTest(settings, undefined, { measure: false });
        expect(checks.length).toBeGreaterThan(0);
        expect(checks.filter(({ passed }) => !passed)).toEqual([]);
      });
    }
  });

  describe(`what ${id} says of itself`, () => {
    it('is there in both languages, with an entry of the doctor for each place', () => {
      expect([title.en, title.ja, ...places.flatMap((place) => Object.values(place.title))]).not.toContain('');
      const reported = reportBackends(bare).map(({ backend }) => backend);
      expect(places.map((place) => place.id).filter((place) => !reported.includes(place))).toEqual([]);
      expect(places.length).toBeGreaterThan(0);
    });
  });
}

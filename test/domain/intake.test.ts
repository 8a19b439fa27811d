/** What the intake says of a file by its name, size and kind alone, and under which name a file is saved (E1, E12). */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorCatalogue } from '../../domain/errors.ts';
import { evidenceKinds, servedName } from '../../domain/evidence.ts';
import { errorOfRefusal, fitsName, intakeRefusals, receivedKinds, sizeRefusal } from '../../domain/intake.ts';
import { fileNameCharactersMax, imageBytesMax, uploadBytesMax } from '../../domain/limits.ts';

test('each reason has an entry of its own in the catalogue, and is the client’s to mend', () => {
  const ids = intakeRefusals.map(errorOfRefusal);
  expect(new Set(ids).size).toBe(intakeRefusals.length);
  for (const id of ids) expect(errorCatalogue[id]).toMatchObject({ retryable: false, alerts: false });
  expect(errorCatalogue[errorOfRefusal('traffic-capture')].title).toContain('tshark -r FILE');
});

test('E1: a name that promises a family takes any kind of it and no other, and other names take all', () => {
  const taken = (name: string) => receivedKinds.filter((kind) => fitsName(name, kind));
  expect(taken('IMG_1.HEIC')).toEqual(['png', 'jpeg', 'webp', 'heic']);
  expect(taken('app.log')).toEqual(['text', 'har']);
  expect(taken('Site.HAR')).toEqual(['har']);
  expect(taken('invoice.pdf')).toEqual(['pdf']);
  expect(taken('logs.tgz')).toEqual(['zip', 'gzip']);
  for (const name of ['curl output', 'block-page.html', 'app.log.1']) expect(taken(name)).toEqual(receivedKinds);
});

test('a name tells the largest size of what it promises', () => {
  expect(sizeRefusal('shot.png', imageBytesMax)).toBeNull();
  expect(sizeRefusal('shot.png', imageBytesMax + 1)).toEqual({ bytesMax: imageBytesMax });
  expect(sizeRefusal('app.log', uploadBytesMax)).toBeNull();
  expect(sizeRefusal('whatever', uploadBytesMax)).toBeNull();
});

test.each([
  ['block-page.html', 'text', 'block-page.html.txt'],
  ['run.exe', 'text', 'run.exe.txt'],
  ['sums.csv', 'text', 'sums.csv.txt'],
  ['app.LOG', 'text', 'app.LOG'],
  ['site.har', 'har', 'site.har'],
  ['invoice.pdf', 'pdf', 'invoice.pdf.txt'],
  ['IMG_1.HEIC', 'jpeg', 'IMG_1.HEIC.jpg'],
  ['photo.jpg', 'png', 'photo.jpg.png'],
  ['file', 'text', 'file.txt'],
] as const)('E12: %s of kind %s is saved as %s', (name, kind, saved) => {
  expect(servedName(name, kind)).toBe(saved);
});

test('E12: whatever its name, a file is saved under an ending of its kind, and no longer than names may be', () => {
  const endings = /\.(?:png|jpe?g|webp|txt|log|jsonl?|ndjson|har)$/i;
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: fileNameCharactersMax }),
      fc.constantFrom(...evidenceKinds),
      (name, kind) => {
        expect(servedName(name, kind)).toMatch(endings);
        expect(servedName(name, kind).length).toBeLessThanOrEqual(fileNameCharactersMax);
      },
    ),
  );
});

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { errorSentences, type ErrorSentences } from '../../../shared/testing/error-sentences.ts';
import { errorIn, wordsIn } from './errors.ts';
import catalogue from './errors.zh-CN.json';
import { createI18n } from './index.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** The command line speaks English, the fake core is for tests, and two put into words what others say. */
const ELSEWHERE =
  /^electron\/(cli\/|bridge\/fake-|shell\/texts)|^shared\/error-words|\.test\.tsx?$|\.d\.ts$|^shared\/testing\//;

/**
 * Messages and hints that are not written in the source, and what they are instead.  Each is either handed on from where it was
 * made, and collected there, or in the words of somebody else, and quoted.
 */
const NOT_OURS: Readonly<Record<string, string>> = {
  'shared/errors.ts: message: thrown.message': 'handed on',
  'shared/errors.ts: hint: thrown.hint': 'handed on',
  'shared/errors.ts: message': 'of whoever threw',
  'shared/errors.ts: hint': 'handed on',
  'shared/contract/schemas.ts: message: z.string()': 'the schema',
  'shared/contract/schemas.ts: hint: z.string()': 'the schema',
  'shared/contract/schemas.ts: title: z.string()': 'the schema',
  'shared/contract/schemas.ts: detail: z.string()': 'the schema',
  'shared/policy/file.ts: hint': 'handed on, from selectors and ports',
  "electron/app/changes.ts: message: plan.obstacles.map(({ text }) => text).join(' ')":
    'obstacles, which rules.zh-CN.json has by their rules',
  'electron/app/desktop-link.ts: message: why': 'of the system, that could not open a folder',
  'electron/app/doctor.ts: detail: message': 'handed on',
  'electron/app/doctor.ts: hint': 'handed on',
  "electron/app/doctor.ts: detail: strange.map(({ name, driver }) => `${name} (${driver})`).join(', ')": 'names',
  'electron/app/doctor.ts: detail: error ? error.message : `${denied} pairs are denied by your policy, ${held} are held on the wire, ${impossible} cannot be.`':
    'handed on',
  "electron/app/doctor.ts: hint: error ? error.hint : impossible > 0 ? 'Ask \"bulkhead explain FROM TO\" why a pair cannot be held.' : ''":
    'handed on',
  'electron/app/export/formats.ts: message': 'handed on',
  'electron/app/recorder.ts: hint': 'handed on',
  'electron/app/session.ts: hint': 'handed on',
  'electron/app/volume-jobs.ts: message: thrown.message': 'handed on',
  'electron/bridge/contract.ts: message: shape.message': 'handed on',
  "electron/bridge/contract.ts: message: issues.join('; ')": 'of the schema that the input does not fit',
  'electron/engine/connection/faults.ts: message': 'of the engine',
  'electron/engine/connection/faults.ts: hint: known.hint': 'handed on, from the table above it',
  'electron/engine/discovery/index.ts: why': 'of the container that was asked',
  'electron/engine/docker/compose/faults.ts: message': 'of Compose',
  'electron/engine/docker/compose/faults.ts: hint: known.hint': 'handed on, from the table above it',
  'electron/engine/docker/compose/faults.ts: hint: engine.hint': 'handed on',
  'electron/engine/docker/images/buildx.ts: message': 'of BuildKit',
  "electron/engine/docker/images/buildx.ts: hint: hasOwnHint(known) ? known.hint : ''": 'handed on',
  'electron/engine/docker/images/removing.ts: message: refused.message': 'of the engine',
  'electron/engine/docker/services/converge.ts: message': 'of the engine and of the task',
  "electron/engine/docker/services/converge.ts: hint: hint.startsWith(\"The engine's log\") ? 'Its tasks and their logs say more. Roll it back, or correct the image.' : hint":
    'handed on',
  'electron/guard/helper/index.ts: hint': 'handed on',
  'electron/guard/helper/session.ts: message': 'of the helper',
  'electron/guard/verify.ts: detail': 'handed on',
  'electron/guard/helper/wire.ts: detail': 'of the prober',
  'electron/guard/helper/wire.ts: detail: z.string()': 'the schema',
  'electron/engine/demo/wire.ts: detail: thrown instanceof Error ? thrown.message : String(thrown)': 'of whoever threw',
  'electron/shell/chosen.ts: message: why': 'of the system',
};

const places = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([place]) => place).toSorted();

function sources(): readonly string[] {
  return ['electron', 'shared', 'renderer/src/lib'].flatMap((folder) =>
    readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file}`)
      .filter((file) => /\.tsx?$/.test(file) && !ELSEWHERE.test(file))
      .map((file) => `${ROOT}/${file}`),
  );
}

describe('what can go wrong', () => {
  let collected: ErrorSentences;
  beforeAll(() => {
    collected = errorSentences(sources(), ROOT);
    // Five hundred files are read: seconds, and more where other work keeps the machine busy.
  }, 120_000);

  test('has a Chinese sentence for each of the core', () => {
    const missing = collected.sentences.filter(({ template }) => !Object.hasOwn(catalogue, template));
    expect(missing).toEqual([]);
  });

  test('has no Chinese sentence that nothing says', () => {
    const said = new Set(collected.sentences.map(({ template }) => template));
    expect(Object.keys(catalogue).filter((template) => !said.has(template))).toEqual([]);
  });

  test('says the same in Chinese: every place is in both', () => {
    const different = Object.entries(catalogue).filter(([en, zh]) => places(en).join() !== places(zh).join());
    expect(different).toEqual([]);
  });

  test('is written in the source, but for what is named here', () => {
    expect(collected.unreadable.map(({ what }) => what).toSorted()).toEqual(Object.keys(NOT_OURS).toSorted());
  });
});

describe('on the page', () => {
  const refused = { code: 'BAD_INPUT', message: '"a b" is no engine address.', hint: 'Look again.' } as const;

  test('an error of the core is told in the language of the page', async () => {
    expect(errorIn(await createI18n('zh-CN'), refused)).toEqual({
      title: '“a b” 不是引擎地址。',
      hint: '请重新查看。',
      quoted: '',
    });
    expect(errorIn(await createI18n('en'), refused)).toEqual({
      title: refused.message,
      hint: refused.hint,
      quoted: '',
    });
  });

  test('the words of an engine are quoted', async () => {
    const chinese = await createI18n('zh-CN');
    expect(errorIn(chinese, { code: 'ENGINE_REFUSED', message: 'no such device', hint: '' })).toEqual({
      title: chinese.t('error.ENGINE_REFUSED.title'),
      hint: chinese.t('error.ENGINE_REFUSED.hint'),
      quoted: 'no such device',
    });
    expect(wordsIn(chinese, 'no such device')).toEqual({ text: 'no such device', lang: 'en' });
    expect(wordsIn(chinese, 'No engine')).toEqual({ text: '没有引擎' });
  });

  test('what stands in the way of a block is told, one after the other', async () => {
    const message = 'web always reaches itself. There is no link from the one to the other that could be removed.';
    const { title, quoted } = errorIn(await createI18n('zh-CN'), { code: 'CANNOT_ENFORCE', message, hint: '' });
    expect(title).toContain('web 总能访问自己。');
    expect(quoted).toBe('');
  });
});

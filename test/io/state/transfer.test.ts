import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { type TransferOptions, transferIdentity } from '../../../src/io/state/transfer.js';

const uuid = Buffer.from('0123456789abcdef');
const other = Buffer.from('fedcba9876543210');
const uuidText = '30313233-3435-3637-3839-616263646566';
const otherText = '66656463-6261-3938-3736-353433323130';
const generation = (value: number) => `${String(value).padStart(15)}\n`;

/** Two directories with these files in them. */
function places(t: Test, from: Record<string, string | Buffer>, to: Record<string, string | Buffer> | null) {
  const dir = t.testdir({});
  for (const [name, files] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (files === null) continue;
    mkdirSync(`${dir}/${name}`);
    for (const [file, content] of Object.entries(files)) writeFileSync(`${dir}/${name}/${file}`, content);
  }
  const options: TransferOptions = {
    from: `${dir}/from`,
    to: `${dir}/to`,
    make: true,
    mode: 0o600,
    dryRun: false,
    known: 0,
  };
  const now = () => ({
    uuid: readFileSync(`${dir}/to/hb_uuid`).toString(),
    generation: readFileSync(`${dir}/to/hb_generation`, 'latin1'),
  });
  return { options, now };
}

t.test('an identity is taken over byte for byte, and a second time changes nothing', async (t) => {
  const { options, now } = places(t, { hb_uuid: uuid, hb_generation: generation(1_795_193_318) }, null);
  t.same(await transferIdentity(options), [
    'generation 1795193318 is taken over: the next start uses a larger one',
    `uuid ${uuidText} is taken over`,
  ]);
  t.same(now(), { uuid: uuid.toString(), generation: generation(1_795_193_318) });
  t.equal(statSync(options.to).mode & 0o777, 0o750);
  t.equal(statSync(`${options.to}/hb_uuid`).mode & 0o777, 0o600);
  t.same(await transferIdentity(options), [
    'generation 1795193318 was taken over before',
    `uuid ${uuidText} was taken over before`,
  ]);
  t.same(readdirSync(options.to).sort(), ['hb_generation', 'hb_uuid']);
});

t.test('the generation never goes back, the uuid follows its source', async (t) => {
  const { options, now } = places(
    t,
    { hb_uuid: uuid, hb_generation: generation(5) },
    { hb_uuid: other, hb_generation: generation(7) },
  );
  t.same(await transferIdentity(options), [
    `generation 7 is kept: it is newer than 5 of ${options.from}`,
    `uuid ${uuidText} is taken over, instead of ${otherText}`,
  ]);
  t.same(now(), { uuid: uuid.toString(), generation: generation(7) });
});

t.test('an older one is replaced', async (t) => {
  const { options, now } = places(
    t,
    { hb_uuid: uuid, hb_generation: generation(9) },
    { hb_uuid: uuid, hb_generation: generation(7) },
  );
  const [first] = await transferIdentity({ ...options, mode: 0o644 });
  t.equal(first, 'generation 9 is taken over, instead of 7: the next start uses a larger one');
  t.equal(now().generation, generation(9));
  t.equal(statSync(`${options.to}/hb_generation`).mode & 0o777, 0o644);
});

t.test('a newer generation than that of the file, known from elsewhere, counts', async (t) => {
  const { options, now } = places(t, { hb_uuid: uuid, hb_generation: generation(9) }, {});
  await transferIdentity({ ...options, known: 12 });
  t.equal(now().generation, generation(12));
});

t.test('a dry run changes nothing', async (t) => {
  const { options } = places(t, { hb_uuid: uuid, hb_generation: generation(9) }, null);
  const lines = await transferIdentity({ ...options, dryRun: true });
  t.equal(lines[0], 'nothing is changed; without --dry-run:');
  t.equal(lines.length, 3);
  t.throws(() => statSync(options.to), { code: 'ENOENT' });
});

t.test('one of the two files is better than none', async (t) => {
  const onlyUuid = places(t, { hb_uuid: uuid }, { hb_generation: generation(7) });
  t.same(await transferIdentity(onlyUuid.options), [
    `${onlyUuid.options.from} has no hb_generation: the generation comes from the clock at the next start`,
    `uuid ${uuidText} is taken over`,
  ]);
  t.equal(onlyUuid.now().generation, generation(7), 'what was there stays');
});

t.test('what is no identity is refused, and nothing is changed', async (t) => {
  for (const [files, message] of [
    [{}, /there is neither hb_uuid nor hb_generation in .*from: no identity to take over/],
    [{ hb_uuid: 'short', hb_generation: generation(9) }, /hb_uuid does not hold a uuid of 16 bytes/],
    [{ hb_uuid: Buffer.alloc(16), hb_generation: generation(9) }, /hb_uuid does not hold a uuid/],
    [{ hb_uuid: uuid, hb_generation: 'tomorrow\n' }, /hb_generation does not hold a generation/],
  ] as const) {
    await t.test(String(message), async (t) => {
      const { options } = places(t, files, {});
      await t.rejects(transferIdentity(options), { message });
      t.same(readdirSync(options.to), []);
    });
  }
});

t.test('a directory that must be there already is not made', async (t) => {
  const { options } = places(t, { hb_uuid: uuid, hb_generation: generation(9) }, null);
  await t.rejects(transferIdentity({ ...options, make: false }), { message: `there is no directory ${options.to}` });
});

t.test('the nodes that a cluster with autojoin knows are taken over too', async (t) => {
  const hostcache = `b\t${otherText}\t100\t\n`;
  const { options } = places(t, { hb_uuid: uuid, hb_generation: generation(5), hostcache, delhostcache: '' }, null);
  t.equal(
    (await transferIdentity(options)).at(-1),
    'the nodes of hostcache are taken over: b; they count with autojoin only',
  );
  t.equal(readFileSync(`${options.to}/hostcache`, 'latin1'), hostcache);
  t.equal(readFileSync(`${options.to}/delhostcache`, 'latin1'), '');
  writeFileSync(`${options.from}/hostcache`, 'rubbish\n');
  await t.rejects(transferIdentity(options), { message: /hostcache is damaged/ });
});

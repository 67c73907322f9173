import { chmodSync } from 'node:fs';
import t, { type Test } from 'tap';
import { listRcScripts } from '../../../src/io/scripts/listing.js';

/** A directory like /etc/ha.d with these scripts, all executable but those whose name ends with ~. */
function haDir(t: Test, scripts: Readonly<Record<string, string>>): string {
  const dir = t.testdir({ 'rc.d': scripts });
  for (const name of Object.keys(scripts)) chmodSync(`${dir}/rc.d/${name}`, name.endsWith('~') ? 0o644 : 0o755);
  return dir;
}

t.test("the operator's scripts are told from Heartbeat's", async (t) => {
  const script = '#!/bin/sh\necho "$HA_src"\n';
  const dir = haDir(t, { backup: script, 'status~': script, status: script, ask_resources: script, Upper: script });
  t.same(await listRcScripts(dir), { own: ['backup', 'status'], notRun: ['ask_resources'] });
});

t.test("the status script that takes a dead node's resources over is not run", async (t) => {
  const dir = haDir(t, { status: '#!/bin/sh\ncase $HA_st in dead) /x/mach_down $HA_src;; esac\n' });
  t.same(await listRcScripts(dir), { own: [], notRun: ['status'] });
});

t.test('without the directory there are none', async (t) => {
  t.same(await listRcScripts('/no/such/place'), { own: [], notRun: [] });
});

import t from 'tap';
import { Links } from '../../src/membership/links.js';

const deadtimeMs = 100;

t.test('a link is dead until it carries something, and after its dead time', async (t) => {
  const links = new Links(['eth0', 'eth1']);
  t.same(links.all(), [
    { name: 'eth0', state: 'dead' },
    { name: 'eth1', state: 'dead' },
  ]);
  t.equal(links.nextDeadline(deadtimeMs), Number.POSITIVE_INFINITY);
  t.same(links.heard('eth1', 1, 10), { link: 'eth1', state: 'up' });
  t.equal(links.heard('eth1', 2, 20), null, 'no news');
  t.same(links.up(), ['eth1']);
  t.equal(links.nextDeadline(deadtimeMs), 120);
  t.same(links.expire(119, deadtimeMs), []);
  t.same(links.expire(120, deadtimeMs), [{ link: 'eth1', state: 'dead' }]);
  t.same(links.expire(500, deadtimeMs), [], 'told once');
  t.equal(links.nextDeadline(deadtimeMs), Number.POSITIVE_INFINITY);
  t.same(links.heard('eth1', 3, 600), { link: 'eth1', state: 'up' });
});

t.test('only newer packets prove a link', async (t) => {
  const links = new Links(['eth0', 'eth1']);
  links.heard('eth0', 5, 0);
  for (const seq of [5, 4, 0]) links.heard('eth0', seq, 50);
  t.equal(links.nextDeadline(deadtimeMs), 100);
  t.same(links.heard('eth1', 5, 60), { link: 'eth1', state: 'up' }, 'each link counts by itself');
  t.equal(links.heard('eth9', 6, 60), null, 'a link that is not configured');
});

t.test('a new incarnation counts from 1 again', async (t) => {
  const links = new Links(['eth0']);
  links.heard('eth0', 500, 0);
  links.restart();
  t.equal(links.heard('eth0', 1, 90), null, 'it was up already');
  t.same(links.expire(150, deadtimeMs), [], 'and is kept up by it');
});

t.test('lateness of this node is no silence of a link', async (t) => {
  const links = new Links(['eth0']);
  links.heard('eth0', 1, 0);
  links.forgive(70);
  t.equal(links.nextDeadline(deadtimeMs), 170);
});

/**
 * Debian packages for a lab: downloaded and unpacked into the project's cache, seen by nodes through overlays. Nothing is
 * installed or started on the host.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { projectRoot } from '../support/paths.js';
import { must, run } from './run.js';

export type Packages =
  /** Folder with usr/, etc/ and var/, for `createLab({ packages })`. */
  { readonly folder: string } | { readonly missing: string };

const limitMs = 300_000;

/** Fetches packages with all they need that this machine has not; done once, later calls find them in the cache. */
export async function fetchPackages(name: string, packages: readonly string[]): Promise<Packages> {
  const folder = `${projectRoot}.cache/packages/${name}`;
  if (existsSync(folder)) return { folder };
  if ((await run(['sh', '-c', 'command -v apt-get && command -v dpkg-deb'])).code !== 0) {
    return { missing: 'Debian packages need apt-get and dpkg-deb' };
  }
  const work = `${folder}.${process.pid}`;
  try {
    await download(`${work}.debs`, packages);
    await unpack(`${work}.debs`, work);
    try {
      renameSync(work, folder);
    } catch (error) {
      // Another process fetched the same packages at the same time, and was first.
      if (!existsSync(folder)) throw error;
    }
    return { folder };
  } catch (error) {
    return {
      missing: `the packages ${packages.join(', ')} cannot be had: ${(error as Error).message.split('\n').at(-1)}`,
    };
  } finally {
    for (const path of [work, `${work}.debs`]) rmSync(path, { recursive: true, force: true });
  }
}

async function download(folder: string, packages: readonly string[]): Promise<void> {
  mkdirSync(`${folder}/partial`, { recursive: true });
  const settings = [`Dir::Cache::archives=${folder}`, 'Debug::NoLocking=1', 'APT::Sandbox::User=root'];
  const options = settings.flatMap((setting) => ['-o', setting]);
  const command = ['install', '--download-only', '--yes', '--quiet', '--no-install-recommends', '--reinstall'];
  await must(['apt-get', ...options, ...command, ...packages], { timeoutMs: limitMs });
}

async function unpack(debs: string, into: string): Promise<void> {
  for (const folder of ['usr', 'etc', 'var']) mkdirSync(`${into}/${folder}`, { recursive: true });
  for (const deb of readdirSync(debs).filter((name) => name.endsWith('.deb'))) {
    // Through usr/: on a merged system /bin, /sbin and /lib are links into it, and old packages still name those.
    await must(['dpkg-deb', '-x', `${debs}/${deb}`, `${into}/tree`], { timeoutMs: limitMs });
  }
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) await move(`${into}/tree/${folder}`, `${into}/usr/${folder}`);
  for (const folder of ['usr', 'etc', 'var']) await move(`${into}/tree/${folder}`, `${into}/${folder}`);
  rmSync(`${into}/tree`, { recursive: true });
}

async function move(from: string, to: string): Promise<void> {
  if (existsSync(from)) await must(['cp', '-a', '--no-target-directory', from, to]);
}

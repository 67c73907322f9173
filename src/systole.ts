#!/usr/bin/env -S node --v8-pool-size=1 --single-threaded-gc --max-semi-space-size=1
import { exitWith } from './cli/exit.js';
import { main } from './cli/main.js';

await exitWith(() => main(process.argv.slice(2)));

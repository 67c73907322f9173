#!/usr/bin/env -S node --max-semi-space-size=1 --optimize-for-size
import { exitWith } from './cli/exit.js';
import { main } from './cli/main.js';

await exitWith(() => main(process.argv.slice(2)));

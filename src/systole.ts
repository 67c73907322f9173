#!/usr/bin/env node
import { exitWith } from './cli/exit.js';
import { main } from './cli/main.js';

await exitWith(() => main(process.argv.slice(2)));

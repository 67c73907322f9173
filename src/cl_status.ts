#!/usr/bin/env node
import { exitWith } from './cli/exit.js';
import { clStatus } from './cli/heartbeat/cl-status.js';

await exitWith(() => clStatus(process.argv.slice(2)));

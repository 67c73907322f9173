#!/usr/bin/env node
import { exitWith } from './cli/exit.js';
import { handOver } from './cli/heartbeat/hand-over.js';

await exitWith(() => handOver('takeover', process.argv.slice(2)));

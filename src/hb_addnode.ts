#!/usr/bin/env node
import { exitWith } from './cli/exit.js';
import { changeNodes } from './cli/heartbeat/change-nodes.js';

await exitWith(() => changeNodes('node-add', process.argv.slice(2)));

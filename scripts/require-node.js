import { NODE_MAJOR } from './locked-node.js';

// npm puts node_modules/.bin first, so its scripts run on the locked Node; this notices where that failed.
if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR) {
  process.stderr.write(
    `This script runs on Node ${process.version}, not on the locked Node ${NODE_MAJOR}: ` +
      `run 'npm ci' with optional dependencies, or use Node ${NODE_MAJOR}.\n`,
  );
  process.exit(1);
}

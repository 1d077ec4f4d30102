/** The CDK app: `npm run synth`, with `-- -c stage=prod` for the stage whose data is kept. */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleFunctions } from './bundle.ts';
import { ThiduaStack } from './thidua-stack.ts';

const root = process.env.THIDUA_ROOT ?? process.cwd();
const app = new App();
const stage = String(app.node.tryGetContext('stage') ?? 'dev');
new ThiduaStack(app, `thidua-${stage}`, {
  stage,
  contact: String(app.node.tryGetContext('contact') ?? 'Ban Thi đua - Khen thưởng tỉnh'),
  bundles: await bundleFunctions(root, join(root, '.local', 'functions')),
  description: 'thidua: the yearly emulation cycle of a province as one record',
});
app.synth();

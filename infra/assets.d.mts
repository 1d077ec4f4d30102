import type { Plugin } from 'esbuild';

export declare function assets(): Plugin;
export declare function assetsForVite(): {
  name: string;
  enforce: 'pre';
  load(id: string): Promise<string | undefined>;
};

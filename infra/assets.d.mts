import type { Plugin } from 'esbuild';

export declare function assets(): Plugin;
export declare function assetsForVite(): {
  name: string;
  enforce: 'pre';
  resolveId(source: string, importer: string | undefined): string | undefined;
  load(id: string): Promise<string | undefined>;
};

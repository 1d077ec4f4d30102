/** DynamoDB's API on LevelDB, in this process: only what the host uses of it. */
declare module 'dynalite' {
  export default function dynalite(options?: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
    maxItemSizeKb?: number;
  }): import('node:http').Server;
}

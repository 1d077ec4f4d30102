/** What the bundler makes of the web's own assets: text and bytes. */
declare module '*.css' {
  const text: string;
  export default text;
}
declare module '*.svg' {
  const text: string;
  export default text;
}
declare module '*.woff2' {
  const bytes: Uint8Array;
  export default bytes;
}
declare module '*?script' {
  const text: string;
  export default text;
}

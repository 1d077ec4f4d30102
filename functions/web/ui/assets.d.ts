/** What the bundler makes of stylesheets and fonts: text and bytes. */
declare module '*.css' {
  const text: string;
  export default text;
}
declare module '*.woff2' {
  const bytes: Uint8Array;
  export default bytes;
}

/** As much of libheif’s binding as is used; it brings no types that fit its functions. */

declare module 'libheif-js/wasm-bundle.js' {
  interface HeifPixels {
    readonly width: number;
    readonly height: number;
    /** RGBA. */
    readonly data: Uint8ClampedArray<ArrayBuffer>;
  }

  interface HeifImage {
    get_width(): number;
    get_height(): number;
    /** Decodes into `target`; hands on `null` where it cannot. */
    display(target: HeifPixels, done: (shown: HeifPixels | null) => void): void;
    free(): void;
  }

  const libheif: { HeifDecoder: new () => { decode(bytes: Uint8Array): readonly HeifImage[] } };
  // biome-ignore lint/style/noDefaultExport: as the library exports it.
  export default libheif;
}

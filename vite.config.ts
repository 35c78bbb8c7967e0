// Builds static/src into static/dist, where django-vite finds the files by manifest.json.
import { defineConfig, type Plugin } from "vite";

const CORE_LIMIT = 120 * 1024; // bytes of gzip, all that a page loads before somebody opens an editor

/** Fails the build when the code that every page loads outgrows its limit, and prints how large it is. */
function coreSize(): Plugin {
  return {
    name: "core-size",
    apply: "build",
    enforce: "post",
    async generateBundle(_options, bundle) {
      const compress = new CompressionMeter();
      const wanted = Object.values(bundle).filter((file) => file.type === "chunk" && file.isEntry).map((file) => file.fileName);
      for (let name = wanted.shift(); name; name = wanted.shift()) {
        const file = bundle[name];
        if (file?.type === "chunk" && (await compress.add(name, file.code))) wanted.push(...file.imports);
      }
      const size = `core JavaScript: ${(compress.total / 1024).toFixed(1)} kB gzip of at most ${CORE_LIMIT / 1024}`;
      if (compress.total > CORE_LIMIT) this.error(size);
      console.log(size);
    },
  };
}

class CompressionMeter {
  total = 0;
  private seen = new Set<string>();

  async add(name: string, code: string): Promise<boolean> {
    if (this.seen.has(name)) return false;
    this.seen.add(name);
    const stream = new Blob([code]).stream().pipeThrough(new CompressionStream("gzip"));
    this.total += (await new Response(stream).arrayBuffer()).byteLength;
    return true;
  }
}

export default defineConfig({
  base: "/static/",
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["static/src/main.tsx", "static/src/page.ts", "static/src/present/main.tsx", "static/src/audience/main.tsx", "static/src/author/main.tsx"] },
  },
  plugins: [coreSize()],
});

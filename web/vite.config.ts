import { createHash } from "node:crypto";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// The console is embedded in the binary from ../console/dist. Nothing is inlined: the policy that it is served under allows
// neither inline scripts nor fonts from data.
export default defineConfig({
  base: "/console/",
  plugins: [react(), fontsApart()],
  build: {
    outDir: "../console/dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    // What several pages share is one file, not fifty small ones: each costs a browser more than its bytes.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "shared", minShareCount: 4, test: /node_modules|src/ }] } } },
  },
});

// fontsApart moves the fonts that Cloudscape carries inside its style sheet to files of their own.
function fontsApart(): Plugin {
  return {
    name: "fonts-apart",
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
        file.source = file.source.toString().replace(/url\(["']?data:font\/woff2;base64,([\w+/=]+)["']?\)/g, (_, base64: string) => {
          const source = Buffer.from(base64, "base64");
          const name = `font-${createHash("sha256").update(source).digest("hex").slice(0, 8)}.woff2`;
          this.emitFile({ type: "asset", fileName: `assets/${name}`, source });
          return `url(${name})`;
        });
      }
    },
  };
}

import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

// The fonts' licence asks to travel with them.
const licences = {
  name: "licences",
  generateBundle() {
    for (const name of ["@fontsource/be-vietnam-pro", "@fontsource/inter", "htmx.org"]) {
      const source = readFileSync(new URL(`node_modules/${name}/LICENSE`, import.meta.url));
      this.emitFile({ type: "asset", fileName: `licences/${name.replace("@", "").replace(/\W+/g, "-")}.txt`, source });
    }
  },
};

export default defineConfig({
  base: "/static/",
  plugins: [licences],
  build: {
    outDir: "../src/ketnap/portal/static/dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: false,
    rollupOptions: { input: "src/portal.js" },
  },
});

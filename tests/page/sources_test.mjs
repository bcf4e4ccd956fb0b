// sources_test.mjs: the page's sources by TypeScript, as strict as it is, and by ESLint, which knows
// what React's hooks ask for. (esbuild, which bundles them, checks neither.)
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const installed = createRequire(join(process.env.LIKENESS_NPM, "package.json"));
const typescript = installed("typescript");
const { ESLint } = installed("eslint");
const web = fileURLToPath(new URL("../../web", import.meta.url));

function requireTypes() {
  const { options, errors } = typescript.convertCompilerOptionsFromJson(
    {
      strict: true,
      noEmit: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      jsx: "react-jsx",
      target: "es2020",
      lib: ["es2022", "dom", "dom.iterable"],
      module: "esnext",
      moduleResolution: "bundler",
      types: [],
      baseUrl: join(process.env.LIKENESS_NPM, "node_modules/@types"),
      paths: { react: ["react"], "react/*": ["react/*"], "react-dom/*": ["react-dom/*"] },
    },
    web,
  );
  assert.deepEqual(errors, []);
  const files = typescript.sys.readDirectory(web, [".ts", ".tsx"]);
  assert(files.length > 0, `${web} has sources`);
  const found = typescript.getPreEmitDiagnostics(typescript.createProgram(files, options));
  const names = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => web, getNewLine: () => "\n" };
  assert(found.length === 0, typescript.formatDiagnostics(found, names));
}

async function requireNothingToMend() {
  const rules = [...installed("typescript-eslint").configs.recommended];
  rules.push(installed("eslint-plugin-react-hooks").configs["recommended-latest"]);
  const files = ["**/*.ts", "**/*.tsx"];
  const eslint = new ESLint({
    cwd: web,
    overrideConfigFile: true,
    overrideConfig: rules.map((rule) => ({ ...rule, files })),
  });
  const results = await eslint.lintFiles(files);
  assert(results.length > 0, "ESLint has read the sources");
  const { format } = await eslint.loadFormatter("stylish");
  const mends = results.reduce((sum, { errorCount, warningCount }) => sum + errorCount + warningCount, 0);
  assert.equal(mends, 0, await format(results));
}

requireTypes();
await requireNothingToMend();
console.log("ok: types, and what ESLint asks for");

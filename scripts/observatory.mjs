// What MDN's HTTP Observatory says about sites on this machine. Reads a list of {name, http, https} from the standard input,
// where the two are ports of localhost, and prints its tests by name. Called by compare-observatory.py.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const home = pathToFileURL(`${process.argv[2]}/node_modules/@mdn/mdn-http-observatory/src/`);
const { retrieve } = await import(new URL("retriever/retriever.js", home));
const { ALL_TESTS } = await import(new URL("constants.js", home));

const said = {};
for (const { name, http, https } of JSON.parse(readFileSync(0, "utf8"))) {
  const requests = await retrieve("localhost", { httpPort: http, httpsPort: https });
  said[name] = {};
  for (const test of ALL_TESTS) {
    const output = test(requests);
    said[name][output.constructor.name] = { pass: output.pass, result: output.result };
  }
}
console.log(JSON.stringify(said));
process.exit(0);

// make_shop.mjs LIKENESS FOLDER: a shop that can recommend, and has no clusters yet: FOLDER/clothes.
import { join } from "node:path";

import { packSample, run } from "./shop.mjs";

const [likeness, made] = process.argv.slice(2);
const folder = join(made, "clothes");
packSample(likeness, folder, 200, "--size", "64x64"); // not the usual shape: the page must ask
run(likeness, folder, "train", "shop", "--epochs", "2");
run(likeness, folder, "embed", "shop");

// make_report.mjs LIKENESS FOLDER: two reports in FOLDER/reports: `bare` of pictures alone, where
// most is missing, and `whole` of all that a shop can have.
import { join } from "node:path";

import { packSample, run } from "./shop.mjs";

const [likeness, made] = process.argv.slice(2);
const folder = join(made, "reports");
packSample(likeness, folder, 60);
run(likeness, folder, "report", "shop", "-o", "bare");
run(likeness, folder, "train", "shop", "--epochs", "2", "--latent", "4");
run(likeness, folder, "embed", "shop");
run(likeness, folder, "cluster", "shop", "--clusters", "3");
run(likeness, folder, "report", "shop", "-o", "whole");

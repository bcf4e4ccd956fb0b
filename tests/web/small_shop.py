"""A shop of sixty drawn pictures with a model, for tests that need no tags."""
import pathlib
import subprocess


def make_small_shop(likeness, folder):
    """Returns one of its pictures and the shop's path."""
    pictures, shop = folder + "/pictures", folder + "/shop"
    for words in (["sample", pictures, "--count", "60"], ["pack", shop, pictures],
                  ["train", shop, "--epochs", "1"], ["embed", shop]):
        subprocess.run([likeness, *words, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return sorted(pathlib.Path(pictures).glob("*.jpg"))[0].read_bytes(), shop

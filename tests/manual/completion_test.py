"""completion_test.py bash|zsh LIKENESS: what that shell completes, asked of the shell itself: of every command
the options that its --help shows and no others, the values of a choice, files where files belong."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BASH = r"""
. "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_likeness
printf '%s\n' "${COMPREPLY[@]}"
"""

# A line is typed into a shell of its own, whose compadd prints what it is given between two marks.
ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "fpath=($1 \$fpath); cd $2; source $3"
zpty -r shell screen '*READY*'
zpty -w -n shell "$4"$'\t'
zpty -r -m shell screen '*FINISHED*'
print -r -- "$screen"
zpty -d shell
"""
ZSH_SETTINGS = r"""
PROMPT=
autoload -Uz compinit
compinit -C -d ${0:h}/dump  # made by the first shell, and read by the others
zstyle ':completion:*' list-grouped no
zstyle ':completion:*' insert-tab no
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a found
  builtin compadd -A found "$@"
  print -rl -- "<"${^found}">"
  builtin compadd "$@"
}
first() { print BEGIN }
last() { print FINISHED }
compprefuncs=(first)
comppostfuncs=(last)
print REA""DY
"""


class Bash:
    def __init__(self, manual, files):
        self.script, self.files = manual / "bash-completion/completions/likeness", files

    def completes(self, *words):
        """What may stand for the last word."""
        command = ["bash", "-c", BASH, "bash", self.script, "likeness", *words]
        done = subprocess.run(command, cwd=self.files, capture_output=True, text=True, check=True)
        assert not done.stderr, done.stderr
        return set(done.stdout.split("\n")) - {""}


class Zsh:
    def __init__(self, manual, files):
        settings = manual / "settings"
        settings.write_text(ZSH_SETTINGS)
        self.command = ["zsh", "-f", "-c", ZSH, "zsh", manual / "zsh/vendor-completions", files, settings]

    def completes(self, *words):
        line = " ".join(["likeness", *words])
        done = subprocess.run([*self.command, line], capture_output=True, text=True, check=True, timeout=60)
        return set(re.findall(r"<(.*?)>\r*\n", done.stdout))


def options_in_help(likeness, command):
    help_text = subprocess.run([likeness, *command, "--help"], check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"^  (-{1,2}[a-z][a-z-]*)", help_text, re.MULTILINE))


def commands_in_help(likeness):
    overview = subprocess.run([likeness, "--help"], check=True, capture_output=True, text=True).stdout
    return [line.split("  ")[0].split() for line in re.findall(r"^  ([a-z]+(?: [a-z]+)?  .*)", overview, re.MULTILINE)]


def main(name, likeness):
    if not shutil.which(name):
        print(f"there is no {name}: tools/install_packages.sh test")
        return 77
    with tempfile.TemporaryDirectory() as temporary:
        manual, files = pathlib.Path(temporary) / "manual", pathlib.Path(temporary) / "files"
        subprocess.run([likeness, "manual", manual, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        files.mkdir()
        (files / "some picture.jpg").touch()
        shell = {"bash": Bash, "zsh": Zsh}[name](manual, files)
        commands = commands_in_help(likeness)
        assert len(commands) > 20, commands
        assert shell.completes("") >= {command[0] for command in commands}
        of_models = {command[1] for command in commands if command[0] == "model"}
        assert "import" in of_models and shell.completes("model", "") == of_models, of_models
        for command in commands:
            page = manual / "man/man1" / ("likeness-" + "-".join(command) + ".1")
            told = options_in_help(likeness, command)
            written = set(re.findall(r"^\.TP\n\\fB(\\-.*?)\\fR", page.read_text(), re.MULTILINE))
            assert {option.replace("\\", "") for option in written} == told, (command, written, told)
            # zsh shows options of two dashes and of one apart.
            completed = shell.completes(*command, "--") | (told & {"-o"})
            assert completed - {"--help"} == told, (command, completed, told)
        assert shell.completes("pack", "--fit", "") == {"stretch", "pad", "crop"}
        assert shell.completes("pack", "--fit", "s") == {"stretch"}
        assert shell.completes("pack", "--size", "") == set()
        files = shell.completes("pack", "shop", "")
        assert {file.replace("\\", "") for file in files} == {"some picture.jpg"}, files
        assert shell.completes("serve", "shop", "--keys", "some") != set()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))

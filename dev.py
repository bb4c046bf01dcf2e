#!/usr/bin/env python3
"""The one start of Amparo for everyone who works on it or tries it.

    python3 dev.py demo       start everything with an invented world, in one command
    python3 dev.py test       run the test suite

Standard library only, and old syntax on purpose: an old interpreter must be able to read this file far enough
to find a newer one, or to say in one line what is missing.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.abspath(__file__))
NEEDED = (3, 11)
NEWEST = (3, 14)
VENV = os.path.join(ROOT, ".venv")
TOOLS = os.path.join(ROOT, ".tools")
BIN = os.path.join(VENV, "bin")
PYTHON = os.path.join(BIN, "python")
STAMP = os.path.join(VENV, "amparo-stamp.json")
GROUPS = ("core", "dev")  # each holds the one before it

USAGE = """\
usage: python3 dev.py COMMAND [options]

  demo      start Amparo with an invented world     --port N  --data-dir DIR  --reset
  test      run the test suite                      --all  and anything pytest understands
  check     everything a review would ask for       lint, types, layers, architecture, sizes, templates
  fix       put formatting and simple lint right
  docs      check the documentation                 links, commands, words
  bench     measure against the budgets             fails when one is broken
  lock      write requirements/*.txt anew           hash-locked, without any registry's address
  exec      run any command in the project's environment, for example: python3 dev.py exec amparo doctor
"""


def fail(text):
    sys.stderr.write("\n" + text + "\n")
    raise SystemExit(1)


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


# -- a good enough Python ------------------------------------------------------------------------------------


def use_new_enough_python():
    if sys.version_info[:2] >= NEEDED:
        return
    newer = find_newer_python() if sys.version_info[0] >= 3 else None
    if newer:
        os.execv(newer, [newer, os.path.join(ROOT, "dev.py")] + sys.argv[1:])
    fail(
        "Amparo needs Python %d.%d or newer; this is %d.%d and no newer one was found. "
        "Install one (on Debian 12 or later: apt-get install python3 python3-venv) and start dev.py with it."
        % (NEEDED + tuple(sys.version_info[:2]))
    )


def find_newer_python():
    names = ["python3.%d" % minor for minor in range(NEWEST[1], NEEDED[1] - 1, -1)]
    found = [path for path in map(shutil.which, names) if path]
    uv = find_uv()
    if uv:
        asked = subprocess.run(
            [uv, "python", "find", "--no-python-downloads", ">=%d.%d" % NEEDED],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if asked.returncode == 0:
            found.append(asked.stdout.decode().strip())
    for path in found:
        ask = "import sys; raise SystemExit(sys.version_info[:2] < (%d, %d))" % NEEDED
        try:
            if subprocess.run([path, "-c", ask], stderr=subprocess.DEVNULL, timeout=30).returncode == 0:
                return path
        except (OSError, subprocess.SubprocessError):
            continue
    return None


# -- the environment: .venv, from hash-locked requirements ---------------------------------------------------


def requirement_file(group):
    return os.path.join(ROOT, "requirements", group + ".txt")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def wanted_stamp(group):
    groups = GROUPS[: GROUPS.index(group) + 1]
    stamp = {name: digest(requirement_file(name)) for name in groups}
    stamp["python"] = "%d.%d" % tuple(sys.version_info[:2])
    stamp["root"] = ROOT  # scripts in .venv carry its path, so a moved checkout gets a new one
    return stamp


def read_stamp():
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def environment():
    env = dict(os.environ)
    # Without bytecode every process compiles its imports again: seconds at each start.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env.pop("VIRTUAL_ENV", None)
    env["UV_COMPILE_BYTECODE"] = "1"
    return env


def bootstrap(group):
    """Make .venv hold what this group needs; returns the seconds that took (0 when all was there)."""
    stamp, wanted = read_stamp(), wanted_stamp(group)
    if all(stamp.get(key) == value for key, value in wanted.items()) and os.path.exists(PYTHON):
        return 0.0
    if "dev" in stamp and group == "core":
        group, wanted = "dev", wanted_stamp("dev")  # do not take a developer's tools away
    began = time.time()
    say("Fetching and installing what Amparo stands on (only when it changes) ...")
    try:
        install(group)
        link_sources()
        with open(STAMP, "w") as file:
            json.dump(wanted, file)
    except OSError as error:
        fail("The environment could not be written under %s: %s." % (ROOT, error.strerror or error))
    seconds = time.time() - began
    say("Installed in %.1f s." % seconds)
    return seconds


def install(group):
    env = environment()
    if not is_usable(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
    requirements = requirement_file(group)
    uv = find_uv() or fetch_uv()
    if uv:
        make = [uv, "venv", "--quiet", "--allow-existing", "--no-project", "--python", sys.executable, VENV]
        sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, requirements]
        if run(make, env) and run(sync, env):
            return
        say("uv did not manage; trying pip ...")
    if not os.path.exists(os.path.join(BIN, "pip")):
        shutil.rmtree(VENV, ignore_errors=True)
        make_venv(VENV)
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    if not run(pip + ["--require-hashes", "-r", requirements], env):
        fail(
            "The packages in requirements/%s.txt could not be installed (the reason stands above). Amparo "
            "needs a package index once: check the network, or point pip at your own, and try again." % group
        )


def is_usable(python):
    if not os.path.exists(python):
        return False
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    asked = subprocess.run([python, "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return asked.stdout.decode().strip() == "%d.%d" % tuple(sys.version_info[:2])


def find_uv():
    named = os.environ.get("UV") or shutil.which("uv")
    if named:
        return named
    here = os.path.join(tool_folder(), "bin", "uv")
    return here if os.path.exists(here) else None


def uv_version():
    with open(requirement_file("uv")) as file:
        return file.readline().split("==")[1].split()[0]


def tool_folder():
    return os.path.join(TOOLS, "uv-" + uv_version())


def fetch_uv():
    """uv installs several times faster than pip. Get it by pip, hash-checked; None if that fails."""
    target = tool_folder()
    new = target + ".new"
    shutil.rmtree(new, ignore_errors=True)
    quiet = [
        "-qq",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
        "-r",
        requirement_file("uv"),
    ]
    if has_module("pip"):
        done = run([sys.executable, "-m", "pip", "install", "--target", new] + quiet, environment())
    elif has_module("ensurepip") and has_module("venv"):
        make_venv(new)
        done = run([os.path.join(new, "bin", "python"), "-m", "pip", "install"] + quiet, environment())
    else:
        fail(
            "Amparo needs pip, venv or uv once, and this Python has none of them. "
            "On Debian: apt-get install python3-venv"
        )
    if not done or not os.path.exists(os.path.join(new, "bin", "uv")):
        shutil.rmtree(new, ignore_errors=True)
        return None
    shutil.rmtree(target, ignore_errors=True)
    os.rename(new, target)
    return os.path.join(target, "bin", "uv")


def has_module(name):
    import importlib.util

    return importlib.util.find_spec(name) is not None


def make_venv(place):
    if not (has_module("venv") and has_module("ensurepip")):
        fail("This Python cannot make an environment. On Debian: apt-get install python3-venv")
    if not run([sys.executable, "-m", "venv", place], environment()):
        fail(
            "This Python could not make an environment in %s. On Debian: apt-get install python3-venv" % place
        )


def run(command, env):
    return subprocess.run(command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL).returncode == 0


def link_sources():
    """Let the environment find src/, and give it our commands; nothing of ours is copied."""
    site = os.path.join(VENV, "lib", "python%d.%d" % tuple(sys.version_info[:2]), "site-packages")
    with open(os.path.join(site, "amparo-source.pth"), "w") as file:
        file.write(os.path.join(ROOT, "src") + "\n")
    for name, module in (("amparo", "amparo.cli"), ("tally", "tally")):
        command = os.path.join(BIN, name)
        with open(command, "w") as file:
            file.write("#!/bin/sh\nexec '%s' -m %s \"$@\"\n" % (PYTHON, module))
        os.chmod(command, 0o755)


def read_text(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def compile_catalogues():
    """Compiled translations are not committed: make them when a source changed."""
    locale = os.path.join(ROOT, "src", "amparo", "locale")
    sources = sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(locale)
        for name in names
        if name.endswith(".po")
    )
    if not sources or not os.path.exists(os.path.join(ROOT, "src", "amparo", "web", "catalogues.py")):
        return
    compiled = [path[:-3] + ".mo" for path in sources]
    seen = hashlib.sha256("".join(digest(path) for path in sources).encode()).hexdigest()
    stamp = os.path.join(VENV, "amparo-catalogues")
    if all(map(os.path.exists, compiled)) and read_text(stamp) == seen:
        return
    if not run([PYTHON, "-m", "amparo.web.catalogues", "compile"], project_environment()):
        fail("The translations could not be compiled (the reason stands above).")
    with open(stamp, "w") as file:
        file.write(seen)


def project_environment():
    env = environment()
    env["PATH"] = BIN + os.pathsep + env.get("PATH", "")
    env["VIRTUAL_ENV"] = VENV
    return env


# -- commands ------------------------------------------------------------------------------------------------


def demo(arguments):
    seconds = bootstrap("core")
    compile_catalogues()
    env = project_environment()
    if seconds:
        env["AMPARO_BOOTSTRAP_SECONDS"] = "%.1f" % seconds
    command = [PYTHON, "-m", "amparo.runtime.supervisor"] + arguments
    os.execve(PYTHON, command, env)  # in our place, so that Ctrl-C and kill reach it directly


def in_environment(group, command):
    bootstrap(group)
    compile_catalogues()
    os.execvpe(command[0], command, project_environment())


def test(arguments):
    in_environment("dev", [PYTHON, os.path.join(ROOT, "tools", "testing.py")] + arguments)


def check(arguments):
    in_environment("dev", [PYTHON, os.path.join(ROOT, "tools", "checking.py")] + arguments)


def fix(arguments):
    bootstrap("dev")
    env = project_environment()
    fixed = run(["ruff", "check", "--fix", "--quiet"] + arguments, env)
    formatted = run(["ruff", "format"] + arguments, env)
    raise SystemExit(0 if fixed and formatted else 1)


def docs(arguments):
    in_environment("dev", [PYTHON, os.path.join(ROOT, "tools", "documents.py")] + arguments)


def bench(arguments):
    in_environment("dev", [PYTHON, "-m", "benchmarks"] + arguments)


def lock(arguments):
    uv = find_uv() or fetch_uv()
    if not uv:
        fail("lock needs uv, and pip could not fetch it.")
    in_environment("dev", [PYTHON, os.path.join(ROOT, "tools", "locking.py"), uv] + arguments)


def execute(arguments):
    if not arguments:
        fail("exec needs a command, for example: python3 dev.py exec amparo --help")
    bootstrap("dev" if "dev" in read_stamp() else "core")
    compile_catalogues()
    env = project_environment()
    program = shutil.which(arguments[0], path=env["PATH"])
    if not program:
        sys.stderr.write("There is no command named %s in the project's environment.\n" % arguments[0])
        raise SystemExit(127)
    os.execve(program, arguments, env)


COMMANDS = {
    "demo": demo,
    "test": test,
    "check": check,
    "fix": fix,
    "docs": docs,
    "bench": bench,
    "lock": lock,
    "exec": execute,
}


def main():
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name in ("", "-h", "--help", "help"):
        sys.stdout.write(USAGE)
        raise SystemExit(0 if name else 2)
    if name not in COMMANDS:
        fail("dev.py knows no command %r.\n\n%s" % (name, USAGE))
    use_new_enough_python()
    os.chdir(ROOT) if name != "exec" else None
    try:
        COMMANDS[name](sys.argv[2:])
    except KeyboardInterrupt:
        raise SystemExit(130)


if __name__ == "__main__":
    main()

"""What the settings read stands in the README's table and in .env.example, and the other way round."""

import re
import subprocess
import sys

from tools.environments import bare, production
from tools.own_server import ROOT

ROW = re.compile(r"^\| ((?:`[A-Z_]+`(?: ●)?(?:, )?)+) \|", re.MULTILINE)
NAME = re.compile(r"`([A-Z_]+)`( ●)?")
LINE = re.compile(r"^(#?)([A-Z_]+)=(.*)$", re.MULTILINE)
ONLY_OUTSIDE_PRODUCTION = {"DEBUG"}
# What .env.example gives these is an example; unset they are empty.
EXAMPLES = {"CLAMAV_URL", "FILES_INTERNAL_LOCATION"}

NAMES_READ = """
import environ
class Noting(dict):
    read = set()
    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)
environ.Env.ENVIRON = Noting(environ.Env.ENVIRON)
import chenzhou_pilot.settings
print("\\n".join(Noting.read))
"""
SETTINGS = """
from chenzhou_pilot import settings
for name, value in sorted(vars(settings).items()):
    if name.isupper() and name != "LANGUAGES":  # in words, which come later
        print(name, value)
"""


def printed(code, environment):
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def readme():
    return dict(NAME.findall(" ".join(ROW.findall((ROOT / "README.md").read_text(encoding="utf-8")))))


def example():
    return LINE.findall((ROOT / ".env.example").read_text(encoding="utf-8"))


def test_the_readme_lists_every_variable_that_is_read_and_no_other(tmp_path):
    of_settings = {
        *printed(NAMES_READ, bare()).split(),
        *printed(NAMES_READ, bare() | production(str(tmp_path))).split(),
    }
    of_web_server = re.findall(r'environ\.get\("(\w+)"', (ROOT / "gunicorn.conf.py").read_text(encoding="utf-8"))

    assert sorted(readme()) == sorted(of_settings | set(of_web_server))


def test_the_example_lists_what_the_readme_does():
    assert sorted(name for _mark, name, _value in example()) == sorted(set(readme()) - ONLY_OUTSIDE_PRODUCTION)


def test_the_readme_and_the_example_require_exactly_what_production_does():
    required = [name for name, mark in readme().items() if mark]

    assert sorted(["PRODUCTION", *required]) == sorted(production(""))
    assert sorted(name for mark, name, _value in example() if not mark) == sorted(["PRODUCTION", *required])


def test_what_the_example_gives_as_optional_is_what_holds_without_it(tmp_path):
    required = bare() | production(str(tmp_path))
    optional = {name: value for mark, name, value in example() if mark and name not in EXAMPLES}

    assert printed(SETTINGS, required | optional) == printed(SETTINGS, required).replace(
        f"{ROOT}/staticfiles", "staticfiles"
    )

"""Container, services and proxies: what their files name is there, their commands parse, their masks cover links."""

import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import click
import pytest

from signoff.cli import main
from signoff.settings import PREFIX, SETTINGS
from signoff.web.log_masking import mask

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
KNOWN = {PREFIX + setting.name for setting in SETTINGS}
SECRET = "A1b2" * 10 + "xyz"
LINKS = [f"/{place}/{SECRET}" for place in ("r", "login/link", "sign-on", "set-up", "subscriptions")] + [
    f"/r/{SECRET}/answer"
]


def understood(words: list[str]) -> None:
    """Parse a command line of ours without running it."""
    command: click.Command | None = main
    context = click.Context(main)
    while isinstance(command, click.Group):
        command = command.get_command(context, words.pop(0))
    assert command
    command.make_context("signoff", words)


def test_the_container_holds_what_it_is_built_of() -> None:
    made = (ROOT / "Dockerfile").read_text()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    assert all((ROOT / name).exists() for name in let_in)
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    wheel = built["force-include"]
    for name in [*wheel, "signoff", "requirements/run.txt", "README.md", "LICENSE", "pyproject.toml"]:
        assert any(fnmatch(name, one) for one in let_in), name
    assert "--require-hashes" in made and "USER signoff" in made and "/healthz" in made
    assert "postgresql-client" in made  # backups of what compose.yaml runs need pg_dump
    understood(["up", *re.findall(r'"([^"]+)"', made.split('CMD ["up"')[1])])


def test_compose_runs_our_commands_with_our_settings() -> None:
    yaml = pytest.importorskip("yaml")
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert services.keys() == {"db", "web", "worker", "proxy"}
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    example = set(re.findall(r"^(\w+)=", (ROOT / "deploy" / "compose.env").read_text(), re.MULTILINE))
    assert asked == example
    for name in ("web", "worker"):
        understood(list(services[name]["command"]))
        assert set(services[name]["environment"]) <= KNOWN
        assert services[name]["read_only"] and services[name]["volumes"] == ["instance:/srv/signoff/instance"]
    for place in services["proxy"]["volumes"]:
        if place.startswith("./"):
            assert (ROOT / place.split(":")[0]).is_file()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_services_run_our_commands(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text()
    command = re.search(r"^ExecStart=(\S+/signoff) (.*)$", text, re.MULTILINE)
    assert command
    understood(command[2].split())
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    copy = tmp_path / unit.name
    copy.write_text(text.replace(command[1], "/bin/true").replace("User=signoff", "User=root"))
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if unit.name in line] == []


def test_proxies_mask_all_that_the_program_masks() -> None:
    nginx, caddy = ((ROOT / "deploy" / name).read_text() for name in ("nginx.conf", "Caddyfile"))
    of_nginx = re.search(r'"~(.*)" \$before', nginx)
    place = re.search(r"location ~ (\S+) \{", nginx)
    of_caddy = set(re.findall(r'regexp "([^"]+)"', caddy))
    assert of_nginx and place and len(of_caddy) == 1
    for link in LINKS:
        assert SECRET not in mask(link)
        found = re.search(of_nginx[1].replace("(?<", "(?P<"), link)
        assert found and SECRET not in found["before"] + found["after"]
        assert re.match(place[1], link)
        assert SECRET not in re.sub(of_caddy.copy().pop(), r"/\1/***", link)
    assert not re.search(r"error_log (?!/dev/null crit;|\S+ crit;)", nginx)
    # A new address with a secret has to be masked here too.
    before = re.search(r'_BEFORE_SECRETS = rf"(.*)"', (ROOT / "signoff/web/log_masking.py").read_text())
    assert before and len(before[1].split("|")) == 6 == len(place[1].split("|")) + 1


@pytest.mark.torture
def test_caddy_takes_its_file(tmp_path: Path) -> None:
    if not shutil.which("caddy"):
        pytest.skip("caddy is not here")
    config = tmp_path / "Caddyfile"
    config.write_text((ROOT / "deploy" / "Caddyfile").read_text().replace("{$HOST_NAME}", "http://:18081"))
    words = ["caddy", "validate", "--config", config, "--adapter", "caddyfile"]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0

"""What `make image` puts on a card."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml

from tools.image import CLOUD, SYSTEM, sums, unfit_for_fat, why_no_image


def test_cloud_init_can_read_what_stands_there() -> None:
    text = (SYSTEM / "image" / "user-data").read_text(encoding="utf-8")
    assert text.startswith("#cloud-config\n")
    data = yaml.safe_load(text)
    (command,) = data["runcmd"]
    assert command[:2] == ["bash", "/boot/firmware/chestnut/host/system/install.sh"]
    assert command[-1] == "--start"
    network = yaml.safe_load((SYSTEM / "image" / "network-config").read_text(encoding="utf-8"))
    assert network["network"]["ethernets"]["eth0"]["dhcp4"] is True
    assert yaml.safe_load((SYSTEM / "image" / "meta-data").read_text(encoding="utf-8"))["instance-id"]
    assert all((SYSTEM / "image" / name).is_file() for name in CLOUD)


def test_nobody_can_log_in_until_the_maker_says_so() -> None:
    data = yaml.safe_load((SYSTEM / "image" / "user-data").read_text(encoding="utf-8"))
    (user,) = data["users"]
    assert user["lock_passwd"] is True
    assert not {"passwd", "plain_text_passwd", "ssh_authorized_keys"} & user.keys()
    assert "enable_ssh" not in data
    assert "chpasswd" not in data


def test_the_layer_of_rpi_image_gen_calls_the_same_installer() -> None:
    text = (SYSTEM / "image" / "rpi-image-gen" / "layer" / "chestnut.yaml").read_text(encoding="utf-8")
    head, _, body = text.partition("# METAEND\n")
    assert head.startswith("# METABEGIN\n")
    assert "# X-Env-Layer-Name: chestnut\n" in head
    hooks = yaml.safe_load(body)["mmdebstrap"]["customize-hooks"]
    options = [word for hook in hooks for word in shlex.split(hook) if word.startswith("--")]
    assert options == ["--wheels", "--models"]
    config = yaml.safe_load(
        (SYSTEM / "image" / "rpi-image-gen" / "config" / "chestnut.yaml").read_text(encoding="utf-8")
    )
    assert config["layer"]["app"] == "chestnut"


def test_what_a_card_cannot_hold_is_found(tmp_path: Path) -> None:
    for name in ("right.txt", "Twice", "twice", "a:b", "end."):
        (tmp_path / name).touch()
    (tmp_path / "link").symlink_to("right.txt")
    assert {path.name for path in unfit_for_fat(tmp_path)} == {"twice", "a:b", "end.", "link"}


def test_the_files_of_the_project_fit_on_a_card() -> None:
    assert unfit_for_fat(SYSTEM.parent) == []


def test_sums_are_as_sha256sum_writes_them(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "empty").touch()
    assert sums(tmp_path) == ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b/empty\n")


@pytest.mark.parametrize(
    ("machine", "builder", "root", "remedy"),
    [
        ("x86_64", None, True, "is not installed here"),
        ("x86_64", "/usr/bin/rpi-image-gen", True, "Copy build/image to one"),
        ("aarch64", "/usr/bin/rpi-image-gen", False, "sudo make image"),
    ],
)
def test_what_cannot_be_built_is_said_with_what_to_do(
    machine: str, builder: str | None, root: bool, remedy: str
) -> None:
    assert remedy in why_no_image(machine, builder, root)


def test_where_all_is_there_nothing_is_excused() -> None:
    assert why_no_image("aarch64", "/usr/bin/rpi-image-gen", True) == ""

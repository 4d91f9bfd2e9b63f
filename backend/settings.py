"""What an operator may set, by environment variables named `BACKPLAY_…`."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def user_data() -> Path:
    """The user's data directory: `$XDG_DATA_HOME/backplay`, else `~/.local/share/backplay`."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "backplay"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Settings(BaseSettings):
    """The server's settings. Every field is read from `BACKPLAY_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="BACKPLAY_", extra="ignore")

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    data_dir: Path = Field(default_factory=user_data, description="Where runs and their tapes are kept.")
    hosts: list[str] = Field(
        default_factory=list,
        description='Host names the server answers to besides localhost, as JSON: ["lab.example"]. ["*"]: any.',
    )
    sandbox: Literal["on", "off"] = Field(
        default="on",
        description='"off": run scripts without the sandbox, as on a system that has none. On a loopback address only.',
    )
    allow_scripts: bool = Field(default=True, description="Accept pasted scripts (from loopback only).")

    cpu_seconds: int = Field(default=20, ge=1, description="CPU seconds for one iteration of a script.")
    wall_seconds: float = Field(default=60.0, gt=0, description="Seconds on the clock for one iteration of a script.")
    memory_bytes: int = Field(
        default=2 << 30, ge=256 << 20, description="Memory of a script's process, as address space."
    )
    iteration_events: int = Field(default=50_000, ge=1, description="Events in one iteration.")
    output_bytes: int = Field(default=1 << 20, ge=0, description="Printed text kept of one run.")
    tape_bytes: int = Field(default=1 << 30, ge=1 << 20, description="Bytes of one run's tape.")
    upload_bytes: int = Field(default=256 << 20, ge=1 << 20, description="Bytes of an uploaded tape.")
    script_bytes: int = Field(default=200_000, ge=1, description="Bytes of a pasted script.")

    requests_per_second: float = Field(
        default=500.0, ge=0, description="Requests of one client's address; making a run counts as ten. 0: any number."
    )
    requests_burst: float = Field(default=1000.0, ge=10, description="Requests of one client at once.")
    log_format: Literal["text", "json"] = Field(default="text", description="Logs for people or for machines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="warning", description="What is logged.")

    workers: int = Field(
        default=8, ge=1, description="Script processes kept alive at once; others are rebuilt when needed."
    )
    idle_seconds: float = Field(
        default=600.0, gt=0, description="After so long without use a waiting process is let go."
    )
    keep_days: float = Field(default=30.0, gt=0, description="A run unused for so many days is removed.")
    keep_unplayed_days: float = Field(default=1.0, gt=0, description="The same for a lesson opened but never played.")
    disk_bytes: int = Field(
        default=20 << 30, ge=1, description="Bytes of all runs; beyond, those longest unused are removed."
    )
    sweep_seconds: float = Field(default=60.0, gt=0, description="How often runs that have to go are looked for.")
    open_tapes: int = Field(default=64, ge=1, description="Tapes kept open for reading at once.")

    @field_validator("sandbox")
    @classmethod
    def _only_at_home(cls, value: str, info: ValidationInfo) -> str:
        if value == "off" and not _is_loopback(str(info.data.get("host"))):
            raise ValueError('"off" is for a server on a loopback address (BACKPLAY_HOST=127.0.0.1)')
        return value

"""An operator at a terminal: settings in the environment, commands typed, and what the terminal then shows."""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.cli import main
from schemas.agreement import SHIPPED


@dataclass(frozen=True)
class Shown:
    """What a command left behind: its exit code, and what it wrote."""

    code: int
    out: str
    err: str


@dataclass
class Operator:
    """Types commands in a folder of their own. Nothing of the tester's own environment is seen."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def sets(self, **settings: str | Path | None) -> None:
        """HUB_NAME=value for the commands that follow; None takes it away."""
        for name, value in settings.items():
            if value is None:
                self.monkeypatch.delenv(f"HUB_{name.upper()}", raising=False)
            else:
                self.monkeypatch.setenv(f"HUB_{name.upper()}", str(value))

    def sets_up_a_demo(self) -> None:
        """Everything in one folder, on SQLite."""
        self.sets(
            database_url=f"sqlite:///{self.folder / 'hub.sqlite'}",
            keystore_url=f"sqlite:///{self.folder / 'keys.sqlite'}",
            master_key_file=self.folder / "master.key",
            token_key_file=self.folder / "token.pem",
            checkpoint_key_file=self.folder / "checkpoint.key",
            base_url="http://localhost:8080",
            demo="1",
        )

    def goes_into_production(self) -> None:
        """Partners with OINs of their own, and an address that is safe."""
        agreement = self.folder / "afspraak.toml"
        agreement.write_text((SHIPPED / "almere.toml").read_text().replace('oin = "00000099', 'oin = "00000001'))
        self.sets(demo=None, base_url="https://hub.example.nl", metrics_token="geteld", agreement=agreement)

    def hears(self, *lines: str) -> "Operator":
        """What comes over standard input at the next command, for who is asked a code."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return self

    def types(self, *words: str) -> Shown:
        """`ketenhub WORDS`, as it is installed."""
        self.monkeypatch.setattr(sys, "argv", ["ketenhub", *words])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
            # A command that ends by itself went well.
            sys.exit(0)
        shown = self.capsys.readouterr()
        return Shown(int(ended.value.code or 0), shown.out, shown.err)

    @property
    def files(self) -> set[str]:
        """What lies in the folder, without what SQLite puts beside its files."""
        return {path.name for path in self.folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}

"""What was answered so far: a run that was interrupted goes on where it stood."""

import json
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from ketnap.packs.acts import Act, Done


class Journal:
    """Without a file it lives as long as the run. A last line cut short by a crash is asked again."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._out: TextIO | None = None
        self._done: dict[str, Done] = {}
        self._digests: dict[str, str] = {}
        if file is not None and file.exists():
            self._read(file)

    def _read(self, file: Path) -> None:
        text = file.read_text()
        whole = text[: text.rfind("\n") + 1]
        for line in whole.splitlines():
            key, digest, service, version, position = json.loads(line)
            self._done[key] = Done(service=service, version=version, position=position)
            self._digests[key] = digest
        if whole != text:
            file.write_text(whole)

    def __len__(self) -> int:
        return len(self._done)

    def get(self, key: str) -> Done | None:
        """Of the act with this key, whatever it said."""
        return self._done.get(key)

    def answered(self, act: Act) -> Done | None:
        """Of this very act; another content under the same key was not answered."""
        return self._done[act.key] if self._digests.get(act.key) == act.digest else None

    def keep(self, act: Act, done: Done) -> None:
        self._done[act.key] = done
        self._digests[act.key] = act.digest
        if self._file is not None:
            if self._out is None:
                self._out = self._file.open("a")
            said = [act.key, act.digest, done.service, done.version, done.position]
            self._out.write(json.dumps(said, ensure_ascii=False) + "\n")

    def flush(self) -> None:
        if self._out is not None:
            self._out.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None

"""The file system of a container as its processes see it: the image, its writable layer, and the volumes mounted in it.

What is written lies over what is computed, and goes into the pod's FileSystem object. All of a pod's files together
have 1 MiB of room.
"""

from __future__ import annotations

from contextlib import suppress

from ..kinds.file_system import RESOURCE
from ..objects import name_of, namespace_of, spec_of
from ..registry import Body, Instant, Reader
from . import mounts, nodes, script_files, stored_files, users
from .containers import container_of, instances, status_of_container
from .layers import Layer, cost
from .nodes import FileError, Node
from .script_files import UNKNOWN, History
from .stored_files import Stored

ROOM = 1 << 20
_LINKS = 40
_SETGID = 0o2000
_LONGEST = 4096


class Files:
    """One container's files. All paths are absolute. Operations raise FileError with the system's words.

    started: when the container was started, where that is known better than its status says; history: what scripts have
    done, as far as it is not to be found out.
    """

    def __init__(
        self,
        pod: Body,
        container: str,
        *,
        reader: Reader,
        now: Instant,
        started: Instant | None = None,
        history: History = UNKNOWN,
    ) -> None:
        self.pod = pod
        self.container = container_of(pod, container)
        self.user = users.of(spec_of(pod), self.container)
        self.now = now
        self._reader = reader
        self._instance = status_of_container(pod, container).get("containerID", "")
        self._code: int | None = None
        stored = self._read()
        self._image = mounts.root(pod, self.container, reader)
        self._root = Layer(
            self._image,
            stored.containers.get(self._instance, {}),
            mounts.is_read_only(self.container),
        )
        self._volumes = {
            one["name"]: Layer(*mounts.volume(pod, one, stored.volumes, reader))
            for one in spec_of(pod).get("volumes") or ()
        }
        self._mounts = mounts.of(self.container, self._volumes)
        self._used, self._started, self._history = 0, started, history
        self._play()
        self._used = self._spent(stored)

    # --- keeping ---------------------------------------------------------------------------------------------------

    @property
    def changed(self) -> bool:
        """Whether there is anything to store."""
        return self._code is not None or any(layer.own for layer in self._layers())

    @property
    def code(self) -> int | None:
        """The exit code with which the container's main process was ended from within, if it was."""
        return self._code

    def written(self) -> Body:
        """The FileSystem to store, for a driver that ends the container itself."""
        self._code = None
        return self.body()

    def body(self) -> Body:
        """The FileSystem to store: what the container's processes wrote over what is stored by now."""
        stored = self._read()
        containers = {**stored.containers, self._instance: self._root.merged(stored.containers.get(self._instance, {}))}
        written = {name: layer.merged(stored.volumes.get(name, {})) for name, layer in self._volumes.items()}
        codes = stored.codes if self._code is None else {**stored.codes, self._instance: self._code}
        pod = self._reader.get("pods", namespace_of(self.pod), name_of(self.pod)) or self.pod
        return stored_files.body(self.pod, Stored(containers, codes, written), instances(pod))

    def saved(self) -> None:
        """What `body` gave is stored."""
        self._code = None
        for layer in self._layers():
            layer.own = {}
        self.refresh()

    def refresh(self) -> None:
        """Looks at what other processes have stored, and at ConfigMaps and Secrets, since."""
        stored = self._read()
        self._root.renew(self._image, stored.containers.get(self._instance, {}))
        for volume in spec_of(self.pod).get("volumes") or ():
            base, written, _ = mounts.volume(self.pod, volume, stored.volumes, self._reader)
            self._volumes[volume["name"]].renew(base, written)
        self._play()
        self._used = self._spent(stored)

    def end(self, code: int) -> None:
        """The container's main process has ended from within, with this exit code."""
        self._code = code & 255

    # --- looking ---------------------------------------------------------------------------------------------------

    def real(self, path: str, *, last: bool = True) -> str:
        """The path without links. last: whether the last part may be one. What does not exist stays as it is."""
        if len(path) > _LONGEST:
            raise FileError(nodes.TOO_LONG)
        waiting, done, links = [part for part in path.split("/") if part][::-1], "", 0
        while waiting:
            part = waiting.pop()
            if part in (".", ""):
                continue
            if part == "..":
                done = done.rpartition("/")[0]
                continue
            here = f"{done}/{part}"
            node = self._entry(here)
            if node is None or node.type != "link" or (not waiting and not last):
                done = here
                continue
            links += 1
            if links > _LINKS:
                raise FileError(nodes.LOOPS)
            target = node.content.decode(errors="replace")
            done = "" if target.startswith("/") else done
            waiting += [piece for piece in target.split("/") if piece][::-1]
        return done or "/"

    def find(self, path: str, *, follow: bool = True) -> Node | None:
        """What lies at a path; links are followed."""
        return self._entry(self.real(path, last=follow))

    def at(self, path: str, *, follow: bool = True) -> Node:
        """What lies at a path. Raises FileError."""
        node = self.find(path, follow=follow)
        if node is None:
            real = self.real(path)
            above = self._entry(nodes.parent(real))
            raise FileError(nodes.NOT_DIRECTORY if above is not None and not above.is_dir else nodes.NOT_FOUND)
        if path.endswith("/") and follow and not node.is_dir:
            raise FileError(nodes.NOT_DIRECTORY)
        return node

    def names(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        real = self.real(path)
        node = self.at(real)
        if not node.is_dir:
            raise FileError(nodes.NOT_DIRECTORY)
        self._check(node, 4)
        layer, inside, _ = self._place(real)
        found = layer.names(inside)
        for mount in self._mounts:
            if mount.path != real and nodes.is_below(mount.path, real):
                found = found | {mount.path[len(real.rstrip("/")) + 1 :].partition("/")[0]}
        return sorted(found)

    def read(self, path: str) -> bytes:
        """The content of a file."""
        node = self.at(path)
        if node.is_dir:
            raise FileError(nodes.IS_DIRECTORY)
        self._check(node, 4)
        return node.content if node.type == "file" else b""

    def allows(self, node: Node, bits: int) -> bool:
        """Whether the user may do what the bits (4 read, 2 write, 1 enter or run) stand for."""
        if self.user.is_root:
            return bits != 1 or node.is_dir or bool(node.mode & 0o111)
        shift = 6 if node.uid == self.user.uid else 3 if node.gid in self.user.groups else 0
        return (node.mode >> shift) & bits == bits

    def mounts(self) -> list[tuple[str, int]]:
        """The paths of the volumes, with the bytes that were written to each."""
        written = [(mount.path, {**mount.layer.stored, **mount.layer.own}) for mount in self._mounts]
        return [
            (path, sum(cost(one, node) for one, node in part.items()))
            for path, part in sorted(written, key=lambda one: one[0])
        ]

    # --- changing --------------------------------------------------------------------------------------------------

    def write(self, path: str, content: bytes, *, append: bool = False, mode: int = 0o644) -> None:
        """Writes a file, a new one if need be."""
        real = self.real(path)
        old = self._entry(real)
        if old is None:
            node = Node("file", mode, content, self.now, self.user.uid, self.user.gid)
        elif old.is_dir:
            raise FileError(nodes.IS_DIRECTORY)
        else:
            self._check(old, 2)
            node = old._replace(content=old.content + content if append else content, modified=self.now)
        self.put(real, node, overwrite=old is not None)

    def make_directory(self, path: str, mode: int = 0o755) -> None:
        if self.find(path, follow=False) is not None:
            raise FileError(nodes.EXISTS)
        self.put(self.real(path), Node("dir", mode, b"", self.now, self.user.uid, self.user.gid))

    def make_link(self, path: str, target: str) -> None:
        if self.find(path, follow=False) is not None:
            raise FileError(nodes.EXISTS)
        content = target.encode(errors="replace")
        self.put(self.real(path, last=False), Node("link", 0o777, content, self.now, self.user.uid, self.user.gid))

    def put(self, path: str, node: Node, *, overwrite: bool = False) -> None:
        """Puts an entry at a path without links, in a directory that is there and that the user may write to."""
        above = self._entry(self.real(nodes.parent(path)))
        if above is None:
            raise FileError(nodes.NOT_FOUND)
        if not above.is_dir:
            raise FileError(nodes.NOT_DIRECTORY)
        if not overwrite:
            self._check(above, 3)
            if above.mode & _SETGID:
                node = node._replace(gid=above.gid, mode=node.mode | (_SETGID if node.is_dir else 0))
        self._set(path, node)

    def remove(self, path: str) -> None:
        """Removes a file, a link or an empty directory."""
        real = self.real(path, last=False)
        node = self.at(real, follow=False)
        if node.is_dir and self.names(real):
            raise FileError(nodes.NOT_EMPTY)
        if any(mount.path == real for mount in self._mounts):
            raise FileError(nodes.BUSY)
        self._check(self.at(nodes.parent(real)), 3)
        self._set(real, None)

    def change(self, path: str, *, mode: int | None = None, uid: int | None = None, gid: int | None = None) -> None:
        """Changes permissions and owners."""
        real = self.real(path)
        node = self.at(real)
        if not self.user.is_root and (self.user.uid != node.uid or uid is not None):
            raise FileError("Operation not permitted")
        mode, uid = node.mode if mode is None else mode, node.uid if uid is None else uid
        self._set(real, node._replace(mode=mode, uid=uid, gid=node.gid if gid is None else gid))

    def touch(self, path: str) -> None:
        """Makes an empty file, or says that the one there was written now."""
        node = self.find(path)
        if node is None:
            self.write(path, b"")
        elif node.type != "device":
            self._check(node, 2)
            self._set(self.real(path), node._replace(modified=self.now))

    # --- inside ----------------------------------------------------------------------------------------------------

    def _play(self) -> None:
        """Does what the pod's scripts have done by now; that is computed, and not stored."""
        now, written, history = self.now, [layer.own for layer in self._layers()], self._history
        for layer in self._layers():
            layer.own = {}
        bases = history.bases if history.is_alone else self._of_others()
        for name, base in bases.items():
            if name in self._volumes:
                self._volumes[name].renew(base, self._volumes[name].stored)
        alone = history.is_alone
        done = script_files.done(self.pod, self.container, self._started, now, self._reader, is_alone=alone)
        for at, deed in done if history.steps is None else history.steps:
            self.now = at
            with suppress(FileError):
                script_files.do(self, deed, self.container.get("workingDir") or "/")
        self.now = now
        for layer, own in zip(self._layers(), written, strict=True):
            layer.settle()
            layer.own = own

    def _of_others(self) -> dict[str, nodes.Tree]:
        """What the scripts of the other containers have left in the volumes of this one, init containers first."""
        found = dict[str, nodes.Tree]()
        mine = {one["name"] for one in self.container.get("volumeMounts") or ()}
        for other in script_files.writers(self.pod, self.container):
            last = script_files.last(self.pod, other, self.now)
            shared = mine & {one["name"] for one in other["volumeMounts"]}
            if last is not None and shared:
                history = History(is_alone=True, bases=found)
                files = Files(self.pod, other["name"], reader=self._reader, now=last, history=history)
                found |= {name: layer.base for name, layer in files._volumes.items() if name in shared}
        return found

    def _layers(self) -> list[Layer]:
        return [self._root, *self._volumes.values()]

    def _read(self) -> Stored:
        return stored_files.read(self._reader.get(RESOURCE, namespace_of(self.pod), name_of(self.pod)), self.pod)

    def _spent(self, stored: Stored) -> int:
        parts = [*stored.containers.values(), *stored.volumes.values(), *(layer.own for layer in self._layers())]
        return sum(cost(path, node) for part in parts for path, node in part.items())

    def _place(self, path: str) -> tuple[Layer, str, bool]:
        """Where a path without links really is: the layer, the path in it, and whether it is mounted read-only."""
        for mount in self._mounts:
            if nodes.is_below(path, mount.path):
                return mount.layer, nodes.within(mount.inside, path[len(mount.path.rstrip("/")) :]), mount.read_only
        return self._root, path, False

    def _entry(self, path: str) -> Node | None:
        layer, inside, _ = self._place(path)
        node = layer.get(inside)
        if node is None and any(mount.path == path and mount.inside == inside for mount in self._mounts):
            return nodes.directory(0o777)
        return node

    def _set(self, path: str, node: Node | None) -> None:
        layer, inside, read_only = self._place(path)
        if read_only:
            raise FileError(nodes.READ_ONLY)
        old = layer.own[inside] if inside in layer.own else layer.stored.get(inside)
        known = inside in layer.own or inside in layer.stored
        more = cost(inside, node) - (cost(inside, old) if known else 0)
        if more > 0 and self._used + more > ROOM:
            raise FileError(nodes.NO_SPACE)
        above = nodes.parent(inside)
        while node is not None and layer.get(above) is None:
            layer.put(above, nodes.directory(0o777))
            above = nodes.parent(above)
        layer.put(inside, node)
        self._used += more

    def _check(self, node: Node, bits: int) -> None:
        if not self.allows(node, bits):
            raise FileError(nodes.DENIED)

"""The index against a plain model of a tree: after any acts, both say the same to any question."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_apex_ws.adapters.index import Index, IndexLost, Query, is_bundle
from jupyter_apex_ws.adapters.index.query import fold
from jupyter_apex_ws.contract.entries import EntryType
from jupyter_apex_ws.core.ports import Identity, RelPath, Stat

NAMES = [
    b"dem",
    b"DEM_alps.tif",
    b"a",
    b"ab",
    b"Stra\xc3\x9fe.txt",
    b"caf\xe9",
    "Ärger 2".encode(),
    b'"x" OR y',
    b"s.zarr",
]
WORDS = [
    "dem",
    "DEM",
    "a",
    "ab",
    "alps",
    "tif dem",
    "strasse",
    "caf",
    "\\xe9",
    "ärger",
    "x",
    '"x"',
    "dem a",
    "2",
    "ab dem a",
]


def stat(folder: bool = False, modified: int = 1, size: int = 5) -> Stat:
    kind = EntryType.FOLDER if folder else EntryType.FILE
    return Stat(kind, 0 if folder else size, modified, Identity(1, 1, 1), "")


class Model:
    """A tree as a dictionary, with the rules of a file system."""

    def __init__(self) -> None:
        self.entries: dict[RelPath, Stat] = {}

    def folders(self) -> list[RelPath]:
        return [(), *(path for path, found in self.entries.items() if found.type is EntryType.FOLDER)]

    def remove(self, path: RelPath) -> None:
        self.entries = {p: s for p, s in self.entries.items() if p[: len(path)] != path}

    def move(self, source: RelPath, target: RelPath) -> None:
        moved = {target + p[len(source) :]: s for p, s in self.entries.items() if p[: len(source)] == source}
        self.remove(source)
        self.remove(target)
        self.entries |= moved

    def visible(self) -> dict[RelPath, Stat]:
        return {
            path: found
            for path, found in self.entries.items()
            if not any(
                is_bundle(path[at]) and self.entries[path[: at + 1]].type is EntryType.FOLDER
                for at in range(len(path) - 1)
            )
        }

    def matching(self, query: Query) -> set[RelPath]:
        return {path for path in self.visible() if query.matches(fold(b"/".join(path[:-1])), fold(path[-1]))}


def known(index: Index, root: str) -> dict[RelPath, tuple[EntryType, int, int]]:
    """Everything in the index, read from its tables."""
    with index._database.read(5) as connection:
        rows = connection.execute(
            "SELECT f.path, e.name, e.kind, e.size, e.modified FROM entries e "
            "JOIN folders f ON f.id = e.folder JOIN roots r ON r.id = f.root WHERE r.name = ?",
            (root,),
        )
        return {
            (*(folder.split(b"/") if folder else ()), name): (
                EntryType.FOLDER if kind else EntryType.FILE,
                size,
                modified,
            )
            for folder, name, kind, size, modified in rows
        }


def agree(index: Index, root: str, model: Model) -> None:
    expected = {p: (s.type, s.size, s.modified_ns) for p, s in model.visible().items()}
    assert known(index, root) == expected
    assert index.count(root) == len(expected)
    for text in WORDS:
        query = Query.parse(text)
        hits = index.search(query, [root], 1000)
        found = [hit.path for hit in hits.items]
        assert len(found) == len(set(found)) == hits.total
        assert set(found) == model.matching(query), text
    files = [s.modified_ns for p, s in expected_files(model).items()]
    assert [hit.modified_ns for hit in index.recent([root], 1000)] == sorted(files, reverse=True)


def expected_files(model: Model) -> dict[RelPath, Stat]:
    return {p: s for p, s in model.visible().items() if s.type is EntryType.FILE or is_bundle(p[-1])}


@pytest.fixture
def index(tmp_path: Path):
    found = Index(tmp_path / "cache" / "index.sqlite")
    yield found
    found.close()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_after_any_acts_the_index_says_what_the_tree_says(tmp_path_factory, data: st.DataObject) -> None:
    index = Index(tmp_path_factory.mktemp("index") / "index.sqlite")
    model, other = Model(), Model()
    other.entries[(b"dem",)] = stat(modified=7)
    index.replace("other", other.entries.items())
    try:
        for step in range(data.draw(st.integers(1, 12))):
            _act(index, model, data, step)
        agree(index, "home", model)
        agree(index, "other", other)
    finally:
        index.close()


def _act(index: Index, model: Model, data: st.DataObject, step: int) -> None:
    acts = ["file", "folder", "remove", "move", "replace", "sync"]
    act = data.draw(st.sampled_from(acts))
    parent = data.draw(st.sampled_from(sorted(model.folders())))
    path = (*parent, data.draw(st.sampled_from(NAMES)))
    if act in ("file", "folder"):
        existing = model.entries.get(path)
        if existing and existing.type is EntryType.FOLDER and act == "file":
            model.remove(path)
        model.entries[path] = stat(act == "folder", modified=step)
        index.update("home", path, model.entries[path])
    elif act == "remove":
        model.remove(path)
        index.remove("home", path)
    elif act == "move" and model.entries:
        _move(index, model, data.draw(st.sampled_from(sorted(model.entries))), path)
    elif act == "replace":
        for found in list(model.entries):
            if data.draw(st.booleans()):
                model.remove(found)
        index.replace("home", sorted(model.entries.items()))
    elif act == "sync" and not any(map(is_bundle, parent)):
        inside = [(p, s) for p, s in model.entries.items() if p and p[:-1] == parent]
        children = [(p[-1], s.type is EntryType.FOLDER, s.size, s.modified_ns) for p, s in inside]
        index.sync("home", [(parent, children)])


def _move(index: Index, model: Model, source: RelPath, target: RelPath) -> None:
    if target[: len(source)] == source or source[: len(target)] == target:
        return
    was_bundle = any(map(is_bundle, source))
    model.move(source, target)
    index.moved("home", source, target)
    if was_bundle:  # what is inside is not known to the index: it has to be told
        index.replace("home", model.entries.items())


def test_words_in_any_order_match_on_name_and_folder(index: Index) -> None:
    for path in [(b"data",), (b"data", b"terrain")]:
        index.update("home", path, stat(folder=True))
    index.update("home", (b"data", b"terrain", b"dem_alps_2.tif"), stat())
    assert [hit.path[-1] for hit in index.search(Query.parse("TERRAIN alps")).items] == [b"dem_alps_2.tif"]
    assert [hit.path[-1] for hit in index.search(Query.parse("dem 2")).items] == [b"dem_alps_2.tif"]
    # A word of the folder alone does not bring everything in it.
    assert [hit.path[-1] for hit in index.search(Query.parse("terrain")).items] == [b"terrain"]
    assert [hit.path[-1] for hit in index.search(Query.parse("data/terrain")).items] == [b"terrain"]


def test_the_best_name_comes_first_however_old_it_is(index: Index) -> None:
    old = [((b"alps.tif",), stat(modified=1)), ((b"my alps",), stat(modified=2))]
    many = [((b"x%dalps" % number,), stat(modified=number + 10)) for number in range(3000)]
    index.replace("home", old + many)
    hits = index.search(Query.parse("alps"), ["home"], 3)
    assert hits.total == 3002
    assert hits.items[0].path == (b"alps.tif",)


HOSTILE = [
    *('"', '""', "'", "*", "a*", "^abc", "NEAR(a b)", "abc AND", "NOT abc", "(abc", "names:abc", "{a b}:c"),
    *("- -abc", "a\0b", "\0\0\0", "\ud800abc", "\udcff\udcfe\udcfd", "\uf8f1\uf8f1d", "\ue000\ue001\ue002"),
    *("%%%", "___", "\ufffe\uffff\ufffd", ";--", "x" * 256, "+" * 256),
    *(" ".join(["abc"] * 60), " ".join(f"{number:03}" for number in range(64))),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_words(index: Index, text: str) -> None:
    index.update("home", (b"abc def",), stat())
    query = Query.parse(text)
    expected = query.matches("", "abc def")
    assert index.search(query, ["home"]).total == expected
    name = text.encode("utf-8", "surrogatepass").replace(b"\0", b"").replace(b"/", b"")[:255]
    if name and not query.impossible and " " not in text:
        index.update("home", (name,), stat())
        hits = index.search(Query.parse(name.decode("utf-8", "surrogateescape")))
        assert (name,) in {hit.path for hit in hits.items}


def test_ten_thousand_words_are_refused_before_anything_is_asked() -> None:
    with pytest.raises(ValueError, match="256"):
        Query.parse("word " * 10_000)


def test_bytes_that_are_not_utf8_are_found_as_people_and_programs_write_them(index: Index) -> None:
    index.update("home", (b"caf\xe9.csv",), stat())
    for text in ("caf", ".csv", "caf\\xe9", "CAF\udce9"):
        assert index.search(Query.parse(text)).total == (0 if text == ".csv" and len(text) < 3 else 1), text


def test_only_the_roots_that_were_asked_for(index: Index) -> None:
    for number in range(200):
        index.update(f"s-{number}", (b"same name",), stat(modified=number))
    assert index.search(Query.parse("same"), ["s-7", "s-9", "s-absent"]).total == 2
    assert index.search(Query.parse("same"), [f"s-{n}" for n in range(150)]).total == 150
    assert index.search(Query.parse("same"), [f"s-{n}" for n in range(180)]).total == 180
    assert index.search(Query.parse("same"), []).total == 0
    assert [hit.root for hit in index.recent(["s-3", "s-4"])] == ["s-4", "s-3"]
    assert index.remove("s-7", ()) == 1
    assert index.search(Query.parse("same"), ["s-7", "s-9"]).total == 1


def test_entries_that_come_while_a_walk_runs_stay(index: Index) -> None:
    index.update("home", (b"old",), stat())

    def walk():
        yield (b"a",), stat()
        index.update("home", (b"meanwhile",), stat())

    index.replace("home", walk())
    assert set(known(index, "home")) == {(b"a",), (b"meanwhile",)}


def test_a_walk_that_fails_removes_nothing(index: Index) -> None:
    index.update("home", (b"old",), stat())

    def walk():
        yield (b"a",), stat()
        raise OSError

    with pytest.raises(OSError):
        index.replace("home", walk())
    assert (b"old",) in known(index, "home")


def test_what_was_found_first_can_be_searched_while_the_rest_is_read(index: Index) -> None:
    seen = []

    def walk():
        for number in range(5000):
            if number == 4500:
                seen.append(index.search(Query.parse("file")).total)
            yield (b"file%d" % number,), stat()

    index.replace("home", walk())
    assert seen == [4000]


@pytest.mark.parametrize(
    "content", [b"", b"not a database at all" * 500, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_broken_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "index.sqlite"
    path.write_bytes(content)
    index = Index(path)
    index.update("home", (b"abc",), stat())
    assert index.search(Query.parse("abc")).total == 1
    index.close()


def test_another_version_is_made_anew_and_the_same_one_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    index = Index(path)
    index.update("home", (b"abc",), stat())
    index.close()
    index = Index(path)
    assert index.count("home") == 1
    with index._database.write() as connection:
        connection.execute("UPDATE about SET version = 'older'")
    index.close()
    index = Index(path)
    assert index.count("home") == 0
    index.close()


def test_a_file_that_breaks_in_use_says_so_and_can_be_filled_again(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    index = Index(path)
    index.replace("home", [((b"name %d" % n,), stat()) for n in range(3000)])
    index.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))
    index = Index(path)
    with pytest.raises(IndexLost):
        index.search(Query.parse("name"))
    assert index.count("home") == 0
    index.update("home", (b"name",), stat())
    assert index.search(Query.parse("name")).total == 1
    index.close()

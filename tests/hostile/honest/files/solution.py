import fcntl
import gzip
import io
import mmap
import os
import pathlib
import shutil
import sqlite3
import tarfile
import tempfile
import zipfile


def database():
    with sqlite3.connect("box.db") as rows:
        rows.execute("create table t (n integer)")
        rows.executemany("insert into t values (?)", [(n,) for n in range(10)])
    with sqlite3.connect(":memory:") as memory:
        memory.execute("create table t (n)")
    return sqlite3.connect("box.db").execute("select sum(n) from t").fetchone()[0]


def archives():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "zipped")
    with gzip.open("a.gz", "wt") as file:
        file.write("gzipped")
    with tarfile.open("a.tar.gz", "w:gz") as archive:
        archive.add("a.gz")
    return zipfile.ZipFile(target).read("a.txt").decode(), gzip.open("a.gz", "rt").read(), tarfile.open("a.tar.gz").getnames()


def temporary():
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w+") as file:
        path = pathlib.Path(folder, "x", "y")
        path.mkdir(parents=True)
        (path / "z").symlink_to(file.name)
        file.write("x")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        os.chmod(file.name, 0o600)
        shutil.copy(file.name, path / "copy")
        os.replace(path / "copy", path / "moved")
        return sorted(entry.name for entry in path.iterdir())


def mapped():
    with open("map.bin", "wb+") as file:
        file.write(bytes(8192))
        file.flush()
        with mmap.mmap(file.fileno(), 0) as memory:
            memory[:5] = b"hello"
            memory.flush()
        file.seek(0)
        return file.read(5)
